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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.Paging;
import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Recurrence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Puts an operator's questions to the dashboard, in a real browser: each is answered
 * after at most two clicks. Leaves screenshots in {@code target/screenshots}.
 */
@SampleTest
@Import(DashboardTests.Troubles.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestPropertySource(properties = { "aftercommit.retry.initial-interval=10m", "aftercommit.retry.jitter=0",
		"spring.application.version=1.4.2",
		"spring.datasource.url=jdbc:h2:mem:dashboard;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE" })
class DashboardTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@LocalServerPort
	private int port;

	@Autowired
	private JobOperations operations;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private JobStore store;

	@Autowired
	private Trouble trouble;

	private Browser browser;

	private String root;

	@BeforeAll
	void prepare() throws IOException {
		pastMinutes();
		this.browser = Browser.start();
		this.root = "http://localhost:" + this.port + "/background-jobs";
		this.browser.open(this.root);
		this.browser.signIn("operator", "operator");
		this.browser.leave();
		this.trouble.giveUp(41);
		this.trouble.giveUp(42);
		this.trouble.tryAgain(42);
		this.trouble.hold(1);
		this.trouble.hold(2);
		this.store.intake()
			.enqueue(List.of(new NewJob(UUID.randomUUID(), "invoice.remind", "reminders", 0, null, "[]", Map.of())));
		await().atMost(PATIENCE)
			.until(() -> count(JobState.DEAD) == 2 && count(JobState.RETRYING) == 1 && count(JobState.RUNNING) == 1
					&& count(JobState.BLOCKED) == 1);
	}

	@BeforeEach
	void open() {
		this.browser.show(1280, 900, "light");
		this.browser.open(this.root);
	}

	@AfterAll
	void close() throws IOException {
		this.trouble.release();
		if (this.browser != null) {
			this.browser.close();
		}
	}

	@Test
	void isItHealthy() {
		// What all pages say of the whole may be some seconds old.
		awaitText("#headline", "2 dead jobs.");
		awaitText("#headline", "No live node can run 1 job.");
		assertThat(this.browser.text("#headline")).contains("The one node is alive.");
		assertThat(this.browser.text("#dead")).contains("stranded", "invoice.remind");
	}

	/** Nobody waits for a quarter of an hour here. */
	private void pastMinutes() {
		for (int ago = 15; ago >= 2; ago--) {
			this.jdbc
				.update("""
						INSERT INTO aftercommit_flow (epoch_minute, writer, enqueued, succeeded, retried, dead, cancelled, queue)
						VALUES (FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) / 60) - ?, RANDOM_UUID(), ?, ?, ?, ?, ?, 'mails')""",
						ago, 24_000 + 900 * (ago % 4), 23_500 + 1_100 * (ago % 3), 150 * (ago % 5), (ago == 6) ? 3 : 0,
						(ago % 7 == 0) ? 900 : 0);
		}
	}

	@Test
	void howFastDoJobsComeAndGo() {
		assertThat(this.browser.findAll("#flow svg.chart rect.succeeded")).hasSizeGreaterThanOrEqualTo(10);
		this.browser.run("window.loadedOnce = true");
		this.trouble.succeed();
		await().atMost(PATIENCE).ignoreExceptions().until(() -> !this.browser.text("#rate-succeeded").equals("0/s"));
		assertThat(this.browser.text("#rate-succeeded")).matches("\\d.*/(s|min)");
		assertThat(this.browser.run("return window.loadedOnce")).isEqualTo(true);
		this.browser.click("#flow summary");
		List<WebElement> rows = this.browser.findAll("#flow tbody tr");
		assertThat(rows).hasSize(16);
		assertThat(rows.subList(14, 16)).map((row) -> row.findElements(By.tagName("td")).get(1).getText())
			.anyMatch((succeeded) -> Integer.parseInt(succeeded) > 0);
		click("Queues");
		assertThat(this.browser.find("#queues tr:has(a[href*='queue=mails']) td[data-label=Out]").getText())
			.matches("\\d.*/(s|min)")
			.isNotEqualTo("0/s");
		this.browser.assertNoErrors();
	}

	@Test
	void whatIsWaitingAndSinceWhen() {
		this.operations.pauseQueue("mails");
		this.trouble.giveUp(43);
		try {
			click("Queues");
			awaitText("#queues", "mails");
			awaitText("#queues", "paused");
			assertThat(this.browser.text("#queues")).contains("reports");
		}
		finally {
			this.operations.list(JobFilter.all().tag("customer:43"), Paging.newestFirst(1))
				.jobs()
				.forEach((job) -> this.operations.cancel(job.id()));
			this.operations.resumeQueue("mails");
		}
	}

	@Test
	void whyIsThisOneNotRunning() {
		this.browser.click("#states a[href*='state=BLOCKED']");
		this.browser.click("table.jobs td a[href*='/jobs/']");
		String holder = job(JobState.RUNNING).id().toString();
		assertThat(this.browser.text("#why")).contains("key");
		assertThat(this.browser.find("#why a[href*='/jobs/']").getDomAttribute("href")).contains(holder);
	}

	@Test
	void whatFailedAndIsItOneBugOrMany() {
		click("Failures");
		assertThat(this.browser.text("#dead")).contains("invoice.send", "IllegalStateException", "2");
		assertThat(this.browser.text("#retrying")).contains("invoice.print", "UnsupportedOperationException", "1");
		this.browser.click("#dead td a");
		assertThat(this.browser.findAll("table.jobs tbody tr")).hasSize(2);
	}

	@Test
	void whatHappenedToCustomer42() {
		click("Jobs");
		this.browser.find("[data-filter]").sendKeys("customer:42", Keys.ENTER);
		this.browser.awaitElement("table.jobs");
		assertThat(this.browser.url()).contains("tag=customer");
		assertThat(this.browser.text("table.jobs")).contains("invoice.send", "invoice.print", "dead", "retrying");
		assertThat(this.browser.url()).doesNotContain("queue=");
	}

	@Test
	void whatWillItDoNext() {
		this.browser.click("#states a[href*='state=RETRYING']");
		this.browser.click("table.jobs td a[href*='/jobs/']");
		assertThat(this.browser.text("#facts")).contains("1 of 10").containsPattern("Next\\nin \\d+ min");
		assertThat(this.browser.text("#outlook")).contains("attempt 2", "attempt 10", "20 min later");
		assertThat(this.browser.text("#history")).contains("Attempt 1", "the printer is on fire", "Trouble.tryAgain");
	}

	@Test
	void didTheDeployReachAllWorkers() {
		click("Nodes");
		assertThat(this.browser.text("#deploy")).isEqualTo("Deploy finished: the one live node runs 1.4.2.");
		assertThat(this.browser.text("#nodes")).contains("alive");
		assertThat(this.browser.text("#stranded")).contains("needs a person", "invoice.remind");
	}

	@Test
	void whatRunsTonight() {
		click("Recurring");
		assertThat(this.browser.text("#recurring")).contains("nightly-cleanup");
		assertThat(this.browser.findAll("#recurring .fires li")).hasSize(5);
		String firstTime = this.browser.text("#recurring .fires li .local");
		assertThat(firstTime).as("in the browser's zone").doesNotContain("-");
	}

	@Test
	void whatBecameOfTheLastRunAndWhatCanBeDoneAboutTheNext() {
		JobSnapshot fired = fireNightlyCleanUp();
		click("Recurring");
		this.browser.awaitElement("#recurring a[href*='" + fired.id() + "']");
		assertThat(this.browser.text("#recurring a[href*='" + fired.id() + "']")).isEqualTo("succeeded");
		this.browser.click("#recurring button[value=pause]");
		assertThat(this.browser.accept())
			.isEqualTo("Pause nightly-cleanup on all nodes? What it would fire meanwhile is left out.");
		awaitText(".notice", "Paused 1 schedule.");
		assertThat(this.browser.text("#recurring")).contains("paused", "pause by operator", "none until it is resumed");
		this.browser.click("#recurring button[value=run-now]");
		assertThat(this.browser.accept()).isEqualTo("Enqueue a job of nightly-cleanup now?");
		awaitText(".notice", "Enqueued 1 job.");
		assertThat(this.browser.text("h1")).startsWith("server.cleanup");
		assertThat(this.browser.text("#audit")).contains("operator", "run now", "schedule nightly-cleanup", "done");
		awaitText("#state", "succeeded");
		click("Recurring");
		this.browser.click("#recurring button[value=resume]");
		awaitText(".notice", "Resumed 1 schedule.");
		assertThat(this.browser.findAll("#recurring .fires li")).hasSize(5);
	}

	/** As the node does at midnight. */
	private JobSnapshot fireNightlyCleanUp() {
		Recurrence row = await().atMost(PATIENCE)
			.until(() -> this.store.recurrences().all().get("nightly-cleanup"), Objects::nonNull);
		NewJob job = new NewJob(UUID.randomUUID(), "server.cleanup", "default", 0, null, "[]", Map.of());
		assertThat(this.store.recurrences()
			.fire(new FireRequest("nightly-cleanup", row.definition(), row.last(), row.last(), List.of(job)))
			.accepted()).isTrue();
		return await().atMost(PATIENCE)
			.until(() -> this.operations.find(job.id()).orElseThrow(), (found) -> found.state() == JobState.SUCCEEDED);
	}

	@Test
	void whoDidThat() {
		this.operations.pauseQueue("letters");
		try {
			click("Queues");
			awaitText("#queues", "letters");
			this.browser.click("#queues button[aria-label='Resume queue letters']");
			awaitText(".notice", "Resumed 1 queue.");
			this.operations.pauseQueue("letters");
			this.browser.open(this.root + "/queues");
			awaitText("#queues", "resume by operator");
			this.browser.click("#queues .last a");
			assertThat(this.browser.text("#audit")).contains("operator", "resume", "queue letters", "done");
			click("Audit");
			assertThat(this.browser.text("#audit")).contains("queue letters");
		}
		finally {
			this.operations.resumeQueue("letters");
		}
		this.trouble.giveUp(46);
		await().atMost(PATIENCE).until(() -> !dead("customer:46").isEmpty());
		UUID job = dead("customer:46").get(0).id();
		this.browser.open(this.root + "/jobs/" + job);
		assertThat(this.browser.text("#audit")).contains("Nobody has ordered anything");
		this.browser.click(".orders button[value=retry]");
		awaitText("#audit", "retry");
		assertThat(this.browser.text("#audit tbody tr")).contains("operator", "retry", "done");
		cleanUp("customer:46");
	}

	/** The page is not loaded again, and what is being typed is kept. */
	@Test
	void whatChangesIsChangedInPlace() {
		this.trouble.giveUp(44);
		JobSnapshot job = await().atMost(PATIENCE)
			.until(() -> this.operations
				.list(JobFilter.all().tag("customer:44").states(JobState.DEAD), Paging.newestFirst(1))
				.jobs(), (jobs) -> !jobs.isEmpty())
			.get(0);
		this.browser.open(this.root + "/jobs?tag=customer:44");
		this.browser.run("window.loadedOnce = true");
		this.browser.find("input[name=name]").sendKeys("half-typ");
		assertThat(this.browser.text("#state-" + job.id())).startsWith("dead");
		this.operations.delete(job.id());
		this.trouble.giveUp(44);
		this.browser.open(this.root + "/jobs/" + job(JobState.RUNNING).id());
		assertThat(this.browser.text("#state")).isEqualTo("running");
		this.browser.run("window.loadedOnce = true");
		this.operations.cancel(job(JobState.RUNNING).id());
		awaitText("#state", "cancelled");
		assertThat(this.browser.run("return window.loadedOnce")).isEqualTo(true);
		this.trouble.hold(1);
		cleanUp("customer:44");
		this.browser.assertNoErrors();
	}

	@Test
	void aGroupIsRetriedAfterItWasSaidWhatThatTouches() {
		this.trouble.giveUp(45);
		await().atMost(PATIENCE).until(() -> !dead("customer:45").isEmpty());
		this.browser.open(this.root + "/jobs?tag=customer:45&state=DEAD");
		this.browser.click(".orders a[href*='action=retry']");
		awaitText("h1", "Retry 1 job?");
		this.browser.click("form.confirm button");
		awaitText(".notice", "Retried 1 job.");
		await().atMost(PATIENCE).until(() -> !dead("customer:45").isEmpty());
		cleanUp("customer:45");
	}

	@Test
	void itIsDrivenByKeys() {
		this.browser.open(this.root + "/jobs?tag=customer:42");
		this.browser.keys("j", "j", "k");
		this.browser.keys(Keys.ENTER);
		this.browser.awaitElement("#why");
		this.browser.keys("/");
		this.browser.awaitElement("[data-filter]");
		this.browser.keys("/");
		this.browser.keys("customer:41");
		this.browser.keys(Keys.ENTER);
		await().atMost(PATIENCE).until(() -> this.browser.url().contains("tag=customer"));
	}

	static Stream<Arguments> looks() {
		Stream<Arguments> all = Stream
			.of("", "flow", "jobs", "job", "failures", "queues", "recurring", "nodes", "audit", "orders")
			.flatMap((page) -> Stream.of("light", "dark")
				.flatMap((scheme) -> Stream.of(1280, 390).map((width) -> Arguments.of(page, scheme, width))));
		// Between a table of all columns and one column of cards.
		return Stream.concat(all,
				Stream.of("", "jobs", "queues", "recurring", "nodes").map((page) -> Arguments.of(page, "light", 768)));
	}

	/** Nothing to scroll sideways for, and nothing serious for those who can't see it. */
	@ParameterizedTest
	@MethodSource("looks")
	void isReadableEverywhere(String page, String scheme, int width) throws IOException {
		this.browser.show(width, 900, scheme);
		this.browser.open(this.root + switch (page) {
			case "", "flow" -> "";
			case "job" -> "/jobs/" + job(JobState.RETRYING).id();
			case "orders" -> "/orders?action=retry&state=DEAD";
			default -> "/" + page;
		});
		if (page.equals("flow")) {
			this.browser.click("#flow summary");
		}
		Path screenshot = Path.of("target", "screenshots",
				"dashboard-" + (page.isEmpty() ? "overview" : page) + "-" + scheme + "-" + width + ".png");
		// A browser that is still changing pages takes none.
		await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> this.browser.screenshot(screenshot));
		assertThat(this.browser.run("return document.documentElement.scrollWidth")).isEqualTo((long) width);
		this.browser.run(axe());
		assertThat((List<?>) this.browser.run("return axe.run().then((found) => found.violations"
				+ ".filter((each) => each.impact === 'serious' || each.impact === 'critical')"
				+ ".map((each) => each.id + ': ' + each.nodes.map((node) => node.html).join(' ')))"))
			.isEmpty();
	}

	private static String axe() throws IOException {
		try (InputStream script = DashboardTests.class.getResourceAsStream("/axe.min.js")) {
			return new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private void click(String tab) {
		this.browser.link(tab).click();
	}

	private void awaitText(String selector, String text) {
		await().atMost(PATIENCE).ignoreExceptions().until(() -> this.browser.text(selector).contains(text));
	}

	private long count(JobState state) {
		return this.operations.list(JobFilter.all().states(state), Paging.newestFirst(10)).jobs().size();
	}

	private JobSnapshot job(JobState state) {
		return await().atMost(PATIENCE)
			.until(() -> this.operations.list(JobFilter.all().states(state), Paging.newestFirst(1)).jobs(),
					(jobs) -> !jobs.isEmpty())
			.get(0);
	}

	private List<JobSnapshot> dead(String tag) {
		return this.operations.list(JobFilter.all().tag(tag).states(JobState.DEAD), Paging.newestFirst(10)).jobs();
	}

	/** Other questions count what is dead. */
	private void cleanUp(String tag) {
		await().atMost(PATIENCE).until(() -> !dead(tag).isEmpty());
		dead(tag).forEach((job) -> this.operations.delete(job.id()));
	}

	/**
	 * Brings the trouble along.
	 */
	@TestConfiguration(proxyBeanMethods = false)
	static class Troubles {

		@Bean
		Trouble trouble() {
			return new Trouble();
		}

	}

}
