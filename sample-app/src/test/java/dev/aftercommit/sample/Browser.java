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

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.Alert;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A real Chromium without a window, with an empty profile.
 */
final class Browser implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Path profile;

	private final ChromeDriver driver;

	private Browser(Path binary, Path driverBinary) throws IOException {
		this.profile = Files.createTempDirectory("browser");
		ChromeOptions options = new ChromeOptions();
		options.setBinary(binary.toFile());
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
				"--user-data-dir=" + this.profile);
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, Level.ALL);
		options.setCapability("goog:loggingPrefs", logs);
		this.driver = new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(driverBinary.toFile()).build(), options);
	}

	/**
	 * Start a browser, or skip the test where there is none.
	 */
	static Browser start() throws IOException {
		Optional<Path> binary = find("CHROMIUM", "chromium", "chromium-browser", "google-chrome");
		Optional<Path> driver = find("CHROMEDRIVER", "chromedriver");
		Assumptions.assumeTrue(binary.isPresent() && driver.isPresent(),
				"SKIPPED: the page needs Chromium and its chromedriver on the PATH, or CHROMIUM and CHROMEDRIVER set to"
						+ " where they are. On Debian: apt-get install chromium chromium-driver");
		return new Browser(binary.get(), driver.get());
	}

	private static Optional<Path> find(String variable, String... names) {
		String path = System.getenv(variable);
		if (path != null) {
			return Optional.of(Path.of(path));
		}
		List<Path> directories = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.map(Path::of)
			.toList();
		return Arrays.stream(names)
			.flatMap((name) -> directories.stream().map((directory) -> directory.resolve(name)))
			.filter(Files::isExecutable)
			.findFirst();
	}

	void open(String url) {
		this.driver.get(url);
	}

	/**
	 * Sign in where the page that was opened asks for it.
	 */
	void signIn(String user, String password) {
		enter("#username", user);
		enter("#password", password);
		click("button[type=submit]");
	}

	/**
	 * Leave the page, and forget what has failed on it.
	 */
	void leave() {
		this.driver.get("about:blank");
		this.driver.manage().logs().get(LogType.BROWSER);
	}

	WebElement find(String selector) {
		return this.driver.findElement(By.cssSelector(selector));
	}

	List<WebElement> findAll(String selector) {
		return this.driver.findElements(By.cssSelector(selector));
	}

	WebElement link(String text) {
		return this.driver.findElement(By.linkText(text));
	}

	String url() {
		return this.driver.getCurrentUrl();
	}

	/**
	 * Press keys wherever the focus is.
	 */
	void keys(CharSequence... keys) {
		this.driver.switchTo().activeElement().sendKeys(keys);
	}

	String text(String selector) {
		return find(selector).getText();
	}

	void enter(String selector, String text) {
		find(selector).clear();
		find(selector).sendKeys(text);
	}

	void click(String selector) {
		find(selector).click();
	}

	/**
	 * Say yes to the question that the page asks.
	 * @return the question
	 */
	String accept() {
		Alert question = await("a question").atMost(PATIENCE)
			.ignoreExceptions()
			.until(() -> this.driver.switchTo().alert(), Objects::nonNull);
		String text = question.getText();
		question.accept();
		return text;
	}

	Object run(String script, Object... arguments) {
		return this.driver.executeScript(script, arguments);
	}

	/**
	 * Wait until an element is there and visible.
	 */
	void awaitElement(String selector) {
		await("element " + selector).atMost(PATIENCE)
			.ignoreExceptions()
			.until(() -> this.driver.findElements(By.cssSelector(selector)).stream().anyMatch(WebElement::isDisplayed));
	}

	/**
	 * Show the page in a window of a size and in a colour scheme.
	 */
	void show(int width, int height, String colourScheme) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colourScheme),
						Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
	}

	void screenshot(Path file) throws IOException {
		Map<String, Object> answer = this.driver.executeCdpCommand("Page.captureScreenshot",
				Map.of("captureBeyondViewport", true));
		Files.createDirectories(file.getParent());
		Files.write(file, Base64.getDecoder().decode((String) answer.get("data")));
	}

	/**
	 * Check that nothing on the page has failed so far.
	 */
	void assertNoErrors() {
		assertThat(this.driver.manage().logs().get(LogType.BROWSER))
			.extracting(LogEntry::getLevel, LogEntry::getMessage)
			.filteredOn((entry) -> entry.toList().get(0) == Level.SEVERE || entry.toList().get(0) == Level.WARNING)
			.isEmpty();
	}

	@Override
	public void close() throws IOException {
		this.driver.quit();
		FileSystemUtils.deleteRecursively(this.profile);
	}

}
