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
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobState;
import dev.aftercommit.Paging;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What strangers, viewers and operators may do, over HTTP.
 */
@SampleTest
class SecurityTests {

	private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"");

	private static final String PAUSE = "{\"action\": \"pause\"}";

	private static final String RESUME = "{\"action\": \"resume\"}";

	@Autowired
	private RestTestClient client;

	@Autowired
	private JobOperations operations;

	@LocalServerPort
	private int port;

	private final HttpClient browser = HttpClient.newBuilder()
		.cookieHandler(new CookieManager())
		.followRedirects(HttpClient.Redirect.NORMAL)
		.build();

	@ParameterizedTest
	@ValueSource(strings = { "/actuator", "/actuator/backgroundjobs", "/actuator/backgroundjobqueues",
			"/actuator/backgroundjobnodes", "/actuator/metrics" })
	void aStrangerIsAskedWhoHeIs(String path) {
		read(path, null).expectStatus()
			.isUnauthorized()
			.expectHeader()
			.valueMatches(HttpHeaders.WWW_AUTHENTICATE, "Basic .*");
		order("queue", PAUSE, null).expectStatus().isUnauthorized();
		assertThat(this.operations.pausedQueues()).doesNotContain("queue");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/health", "/servers", "/jobs/totals", "/", "/app.js" })
	void whatIsOpenIsOpenToStrangers(String path) {
		read(path, null).expectStatus().isOk();
	}

	@Test
	void aStrangerMakesAndEndsServersWithoutAToken() {
		URI server = this.client.post()
			.uri("/servers")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"name\": \"open\", \"account\": 7}")
			.exchange()
			.expectStatus()
			.isCreated()
			.returnResult()
			.getResponseHeaders()
			.getLocation();
		this.client.delete().uri(server.getPath()).exchange().expectStatus().isAccepted();
	}

	@Test
	void aViewerReadsAndOrdersNothing() {
		read("/actuator/backgroundjobs", "viewer").expectStatus().isOk();
		order("security", PAUSE, "viewer").expectStatus().isForbidden();
		assertThat(this.operations.pausedQueues()).doesNotContain("security");
	}

	@Test
	void whoIsSignedInSeesWhatAJobWasCalledWith() {
		aStrangerMakesAndEndsServersWithoutAToken();
		UUID job = this.operations.list(JobFilter.all().name("server.boot"), Paging.newestFirst(1)).jobs().get(0).id();
		await().atMost(Duration.ofSeconds(60))
			.until(() -> this.operations.find(job).orElseThrow().state() == JobState.SUCCEEDED);
		read("/actuator/backgroundjobs/" + job, "viewer").expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.result")
			.value(String.class, (result) -> assertThat(result).contains("serverId"));
	}

	@Test
	void aWrongPasswordIsNone() {
		this.client.get()
			.uri("/actuator/backgroundjobs")
			.headers((headers) -> headers.setBasicAuth("operator", "viewer"))
			.exchange()
			.expectStatus()
			.isUnauthorized();
	}

	@Test
	void anOperatorsOrderIsCarriedOutAndWrittenDownWithHisName() {
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger("dev.aftercommit.audit");
		logger.setLevel(Level.INFO);
		lines.start();
		logger.addAppender(lines);
		order("security", PAUSE, "operator").expectStatus().isOk();
		assertThat(this.operations.pausedQueues()).contains("security");
		order("security", RESUME, "operator").expectStatus().isOk();
		assertThat(this.operations.pausedQueues()).doesNotContain("security");
		logger.detachAppender(lines);
		assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage)
			.hasSize(2)
			.allMatch((line) -> line.contains(" by operator on ") && line.contains("security"));
	}

	@Test
	void whoOpensTheDashboardSignsInFirst() throws Exception {
		HttpResponse<String> login = open("/background-jobs");
		assertThat(login.uri().getPath()).isEqualTo("/login");
		HttpResponse<String> refused = signIn("viewer", "operator", token(login));
		assertThat(refused.uri()).hasPath("/login").hasQuery("error");
		HttpResponse<String> page = signIn("viewer", "viewer", token(refused));
		assertThat(page.uri().getPath()).isEqualTo("/background-jobs");
		assertThat(page.statusCode()).isNotIn(401, 403);
	}

	@Test
	void anOrderToTheDashboardNeedsAToken() throws Exception {
		signIn("operator", "operator", token(open("/background-jobs")));
		assertThat(post("/background-jobs/orders", "").statusCode()).isEqualTo(403);
	}

	private ResponseSpec read(String path, String user) {
		return this.client.get().uri(path).headers((headers) -> sign(headers, user)).exchange();
	}

	private ResponseSpec order(String queue, String order, String user) {
		return this.client.post()
			.uri("/actuator/backgroundjobqueues/{queue}", queue)
			.contentType(MediaType.APPLICATION_JSON)
			.headers((headers) -> sign(headers, user))
			.body(order)
			.exchange();
	}

	private static void sign(HttpHeaders headers, String user) {
		if (user != null) {
			headers.setBasicAuth(user, user);
		}
	}

	private HttpResponse<String> open(String path) throws IOException, InterruptedException {
		return this.browser.send(request(path).build(), BodyHandlers.ofString());
	}

	private HttpResponse<String> signIn(String user, String password, String token)
			throws IOException, InterruptedException {
		return post("/login", "username=" + user + "&password=" + password + "&_csrf="
				+ URLEncoder.encode(token, StandardCharsets.UTF_8));
	}

	private HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
		return this.browser.send(request(path).header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString(form))
			.build(), BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path)).header("Accept", "text/html");
	}

	private static String token(HttpResponse<String> login) {
		Matcher token = TOKEN.matcher(login.body());
		assertThat(token.find()).as(login.body()).isTrue();
		return token.group(1);
	}

}
