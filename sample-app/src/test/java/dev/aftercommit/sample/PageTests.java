/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.aftercommit.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Drives the page in a real browser. Leaves screenshots in {@code target/screenshots}.
 */
@SampleTest
class PageTests {

	@LocalServerPort
	private int port;

	@Autowired
	private WatchedHypervisor hypervisor;

	/** One for all tests: its start takes longer than most of them. */
	private static Browser browser;

	@BeforeEach
	void openPage() throws IOException {
		if (browser == null) {
			browser = Browser.start();
		}
		browser.leave();
		browser.show(1280, 900, "light");
		browser.open("http://localhost:" + this.port + "/");
		browser.awaitElement("#connection[data-state=live]");
	}

	@AfterEach
	void release() {
		this.hypervisor.release();
	}

	@AfterAll
	static void closeBrowser() throws IOException {
		if (browser != null) {
			browser.close();
			browser = null;
		}
	}

	@Test
	void aServerIsSeenBootingWithoutAReload() {
		browser.run("window.loadedOnce = true");
		create("page-1", "7");
		browser.awaitElement(newest("BOOTING"));
		assertThat(browser.text(newest("BOOTING"))).startsWith("page-1").contains("account 7");
		browser.awaitElement(newest("RUNNING"));
		assertThat(progress("value")).isEqualTo(progress("max"));
		browser.awaitElement(newest("RUNNING") + " [data-part=job-link][href*='actuator/backgroundjobs/']");
		assertThat(log("page-1")).containsExactly("page-1 is running", "page-1 is booting", "page-1 was requested");
		assertThat(browser.run("return window.loadedOnce")).isEqualTo(true);
		assertThat(browser.find("#name").getDomProperty("value")).isEqualTo("page-2");
		browser.assertNoErrors();
	}

	@Test
	void theJobOfAServerIsSeenToSucceed() {
		create("job-1", "7");
		browser.awaitElement(newest("RUNNING"));
		await().atMost(Duration.ofSeconds(60))
			.until(() -> browser.text(newest("RUNNING") + " [data-part=job-state]").equals("SUCCEEDED"));
		assertThat(browser.text("#totals")).contains("SUCCEEDED", "RUNNING", "DEAD");
		browser.assertNoErrors();
	}

	@Test
	void aServerIsSeenComingAndGoingWithItsProgressAndItsJobs() {
		this.hypervisor.hold();
		create("end-1", "7");
		awaitText(newest("BOOTING") + " [data-part=job-progress]", "2 of 4: starts the kernel");
		assertThat(progress("value")).isEqualTo("2");
		assertThat(progress("max")).isEqualTo("4");
		assertThat(progress("ariaLabel")).isEqualTo("Boot of end-1");
		browser.find(newest("BOOTING") + " [data-part=terminate]").sendKeys(Keys.ENTER);
		browser.awaitElement(newest("TERMINATING"));
		assertThat(browser.find(newest("TERMINATING") + " [data-part=terminate]").isDisplayed()).isFalse();
		String jobs = newest("TERMINATING") + " [data-part=show-jobs]";
		assertThat(browser.run("return document.activeElement.ariaLabel")).isEqualTo("Jobs of end-1");
		assertThat(browser.find(jobs).getDomAttribute("aria-expanded")).isEqualTo("false");
		browser.find(jobs).sendKeys(Keys.ENTER);
		assertThat(browser.find(jobs).getDomAttribute("aria-expanded")).isEqualTo("true");
		awaitText(job(1) + " .badge", "BLOCKED");
		assertThat(browser.text(job(1))).startsWith("server.terminate").contains("0 attempts");
		assertThat(browser.text(job(2))).startsWith("server.boot")
			.contains("RUNNING", "1 attempt, 2 of 4 done", "copies the image", "starts the kernel");
		this.hypervisor.release();
		browser.awaitElement(newest("TERMINATED"));
		awaitText(job(1) + " .badge", "SUCCEEDED");
		assertThat(browser.text(job(2))).contains("SUCCEEDED", "4 of 4 done");
		assertThat(log("end-1")).startsWith("end-1 was terminated", "end-1 is to be terminated", "end-1 is booting");
		browser.find("#server-list > li:first-child [data-part=show-jobs]").click();
		assertThat(browser.find(job(1)).isDisplayed()).isFalse();
		browser.assertNoErrors();
	}

	@Test
	void theRaceShowsBothColumns() {
		browser.enter("#runs", "40");
		browser.click("#race button");
		browser.awaitElement("#backgroundJob[data-verdict]");
		assertThat(browser.find("#async").getDomAttribute("data-verdict")).isEqualTo("bad");
		int missed = Integer.parseInt(browser.text("#async [data-part=notFound]"));
		assertThat(missed).isBetween(1, 40);
		assertThat(browser.text("#async [data-part=found]")).isEqualTo((40 - missed) + " of 40");
		assertThat(browser.find("#backgroundJob").getDomAttribute("data-verdict")).isEqualTo("good");
		assertThat(browser.text("#backgroundJob [data-part=notFound]")).isEqualTo("0");
		assertThat(browser.text("#backgroundJob [data-part=found]")).isEqualTo("40 of 40");
		assertThat(browser.text("#race-summary"))
			.isEqualTo("Of 40 requests each, @Async missed " + missed + " and @BackgroundJob missed 0.");
		browser.assertNoErrors();
	}

	@Test
	void whatAUserTypesIsTextAndNothingElse() {
		String hostile = "<img src=x onerror=alert(1)>";
		create(hostile, "7");
		browser.awaitElement(newest("RUNNING"));
		assertThat(browser.text(newest("RUNNING") + " h3")).isEqualTo(hostile);
		assertThat(browser.run("return document.querySelectorAll('main img').length")).isEqualTo(0L);
		browser.assertNoErrors();
	}

	@Test
	void aFieldThatIsRefusedSaysWhy() {
		submit(" ", "7");
		browser.awaitElement("#name-error");
		assertThat(browser.text("#name-error")).isEqualTo("must not be blank");
		assertThat(browser.find("#name").getDomAttribute("aria-invalid")).isEqualTo("true");
		submit("page-1", "seven");
		browser.awaitElement("#account-error");
		assertThat(browser.text("#account-error")).isEqualTo("must be a whole number");
		assertThat(browser.find("#name-error").isDisplayed()).isFalse();
		browser.enter("#runs", "501");
		browser.click("#race button");
		browser.awaitElement("#race-error");
		assertThat(browser.text("#race-error")).isEqualTo("'runs' must be less than or equal to 500");
	}

	@Test
	void theKeyboardIsEnough() {
		browser.run("document.getElementById('name').focus()");
		browser.find("#name").sendKeys(Keys.chord(Keys.CONTROL, "a"), "keys-1", Keys.TAB, Keys.TAB);
		assertThat(browser.run("return document.activeElement.textContent")).isEqualTo("Create server");
		browser.find("#create button").sendKeys(Keys.ENTER);
		await().atMost(Duration.ofSeconds(60)).until(() -> !log("keys-1").isEmpty());
		browser.awaitElement(newest("RUNNING"));
		assertThat(browser.text(newest("RUNNING"))).startsWith("keys-1");
	}

	@Test
	void nothingIsWiderThanTheWindow() throws IOException {
		create("web-1", "7");
		browser.awaitElement(newest("RUNNING"));
		create("a-name-that-is-as-long-as-a-name-may-be-and-has-no-space-123", "9007199254740991");
		browser.click("#race button");
		browser.awaitElement("#backgroundJob[data-verdict]");
		browser.awaitElement("#totals div");
		browser.click("#server-list > li:nth-child(2) [data-part=show-jobs]");
		browser.awaitElement("#server-list > li:nth-child(2) .one-job");
		for (String colourScheme : List.of("light", "dark")) {
			for (int width : new int[] { 1280, 390, 360 }) {
				browser.show(width, 900, colourScheme);
				browser.screenshot(Path.of("target", "screenshots", width + "-" + colourScheme + ".png"));
				assertThat(browser.run("return window.innerWidth")).isEqualTo((long) width);
				assertThat((Long) browser.run("return document.documentElement.scrollWidth"))
					.isLessThanOrEqualTo(width);
				assertThat((Long) browser.run("return Math.min(...[...document.querySelectorAll('button, input')]"
						+ ".filter((e) => e.offsetParent).map((e) => e.offsetHeight))"))
					.isGreaterThanOrEqualTo(44);
			}
		}
		browser.assertNoErrors();
	}

	private void create(String name, String account) {
		submit(name, account);
		await().atMost(Duration.ofSeconds(60)).until(() -> !log(name).isEmpty());
	}

	private void submit(String name, String account) {
		browser.enter("#name", name);
		browser.enter("#account", account);
		browser.click("#create button");
	}

	private void awaitText(String selector, String text) {
		await().atMost(Duration.ofSeconds(60))
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(browser.text(selector)).isEqualTo(text));
	}

	/** A property of the bar of the newest server. */
	private String progress(String property) {
		return browser.find("#server-list > li:first-child progress").getDomProperty(property);
	}

	/** A job of the newest server, 1 for its newest. */
	private static String job(int number) {
		return "#server-list > li:first-child .one-job:nth-child(" + number + ")";
	}

	private static String newest(String state) {
		return "#server-list > li:first-child[data-state=" + state + "]";
	}

	@SuppressWarnings("unchecked")
	private List<String> log(String name) {
		return (List<String>) browser.run(
				"return [...document.querySelectorAll('#log li span')]"
						+ ".map((line) => line.textContent).filter((text) => text.startsWith(arguments[0] + ' '))",
				name);
	}

}
