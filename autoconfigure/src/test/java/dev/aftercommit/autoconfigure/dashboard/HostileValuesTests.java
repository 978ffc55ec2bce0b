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

package dev.aftercommit.autoconfigure.dashboard;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobProgress;
import dev.aftercommit.JobState;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.Paging;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobNodesEndpointAutoConfiguration;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobQueuesEndpointAutoConfiguration;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobsEndpointAutoConfiguration;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Words;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.web.util.UriUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A script in every field that a page or an endpoint shows: it is text wherever it comes
 * up, and each comes up somewhere.
 */
class HostileValuesTests {

	private static final String SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`&{{root}}{{{root}}}\u2028";

	/** What pages show. Not the arguments of a job that this node has no handler of. */
	private static final List<String> FIELDS = List.of("name", "queue", "tag", "argument", "type", "message", "frame",
			"line", "node", "version", "known", "served", "schedule", "cron", "paused", "key", "gone", "user");

	private static ConfigurableApplicationContext context;

	private static final Map<String, String> pages = new LinkedHashMap<>();

	private static final List<String> answers = new ArrayList<>();

	private static UUID dead;

	@BeforeAll
	static void fillAndLook() {
		context = DashboardApplication.start(List.of(Endpoints.class),
				"management.endpoint.backgroundjobs.show-values=always", "management.endpoints.web.exposure.include=*");
		JobStore store = context.getBean(JobStore.class);
		store.nodes().end(store.nodes().register(new NodeInfo("old", "1.0", Set.of(hostile("gone")))));
		long node = store.nodes()
			.register(new NodeInfo(hostile("node"), hostile("version"), Set.of(hostile("known"), hostile("name")),
					Set.of(hostile("served")), 3, Map.of(hostile("served"), 1)));
		store.recurrences().agree(Map.of(hostile("schedule"), hostile("cron")), Duration.ofMinutes(1));
		store.orders().pause(hostile("paused"));
		store.intake().enqueue(List.of(job(hostile("gone"), null)));
		dead = dies(store, node);
		store.intake().enqueue(List.of(job(hostile("name"), hostile("key"))));
		NewJob blocked = job(hostile("name"), hostile("key"));
		store.intake().enqueue(List.of(blocked));
		context.getBean(DashboardApplication.Work.class).fail(hostile("argument"), "with-arguments");
		JobOperations operations = context.getBean(JobOperations.class);
		UUID known = Awaitility.await()
			.until(() -> operations
				.list(JobFilter.all().tag("with-arguments").states(JobState.DEAD), Paging.newestFirst(1))
				.jobs(), (jobs) -> !jobs.isEmpty())
			.get(0)
			.id();
		context.getBean(Readings.class).forget();
		PlainBrowser browser = new PlainBrowser(DashboardApplication.base(context), hostile("user"), "password");
		for (String page : List.of("", "/jobs", "/jobs/" + dead, "/jobs/" + blocked.id(), "/jobs/" + known, "/failures",
				"/queues", "/recurring", "/nodes", "/orders?action=retry&state=DEAD",
				"/orders?action=delete&state=DEAD",
				"/jobs?queue=" + encoded("queue") + "&name=" + encoded("name") + "&tag=" + encoded("tag")
						+ "&errorType=" + encoded("type") + "&state=DEAD",
				"/jobs?did=" + encoded("did") + "&done=" + encoded("done"), "/jobs?state=" + encoded("state"),
				"/jobs?after=" + encoded("after"), "/jobs?from=" + encoded("from"), "/jobs/" + encoded("id"),
				"/orders?action=" + encoded("action"))) {
			pages.put(page, browser.get("/background-jobs" + page).body());
		}
		answers.addAll(ask());
	}

	private static List<String> ask() {
		PlainBrowser browser = new PlainBrowser(DashboardApplication.base(context), "operator", "password");
		List<String> found = new ArrayList<>();
		JobOperations operations = context.getBean(JobOperations.class);
		List<String> jobs = operations.list(JobFilter.all(), Paging.newestFirst(100))
			.jobs()
			.stream()
			.map((job) -> "/" + job.id())
			.toList();
		for (String path : Stream.concat(jobs.stream(), Stream.of("", "?size=100")).toList()) {
			found.add(json(browser.get("/actuator/backgroundjobs" + path)));
		}
		found.add(json(browser.get("/actuator/backgroundjobqueues")));
		found.add(json(browser.get("/actuator/backgroundjobnodes")));
		return found;
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	static List<String> fields() {
		return FIELDS;
	}

	@ParameterizedTest
	@MethodSource("fields")
	void isShownAndIsText(String field) {
		assertThat(pages.values()).as("some page shows it as text")
			.anyMatch((html) -> html.contains("hostile-" + field + "&lt;script&gt;"));
		assertThat(pages)
			.allSatisfy((page, html) -> assertThat(html).as(page).doesNotContain("hostile-" + field + "<"));
	}

	@Test
	void noPageHasAnElementOrAnAttributeOfTheirs() {
		assertThat(pages).allSatisfy((page, html) -> {
			assertThat(html).as(page).doesNotContain("<script>", "<img", "onerror=", "javascript:");
			assertThat(html.split("<script", -1)).as(page).hasSize(html.contains("data-root") ? 2 : 1);
		});
	}

	@ParameterizedTest
	@MethodSource("fields")
	void isOneStringOfTheEndpointsAnswers(String field) {
		if (Set.of("user", "schedule", "cron").contains(field)) {
			// No endpoint shows them.
			return;
		}
		assertThat(answers).anyMatch((answer) -> strings(answer).stream()
			.anyMatch((text) -> text.contains(hostile(field))
					|| text.contains(JsonMapper.shared().writeValueAsString(hostile(field)))));
	}

	@Test
	void whoOrdersMakesNoLinesOfTheAudit() {
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger("dev.aftercommit.audit");
		lines.start();
		logger.setLevel(Level.INFO);
		logger.addAppender(lines);
		try {
			String order = "/jobs/" + dead;
			PlainBrowser browser = new PlainBrowser(DashboardApplication.base(context) + "/background-jobs",
					hostile("user"), "password");
			Map<String, String> form = browser.fields(order);
			form.put("action", "cancel");
			assertThat(browser.post(order, form, "Sec-Fetch-Site", "same-origin").statusCode()).isEqualTo(303);
			assertThat(lines.list).singleElement()
				.satisfies((line) -> assertThat(line.getFormattedMessage()).startsWith("cancel by hostile-user<script>")
					.doesNotContain("\n", "\r", "\u2028"));
		}
		finally {
			logger.detachAppender(lines);
		}
	}

	private static String hostile(String field) {
		return "hostile-" + field + SCRIPT;
	}

	private static String encoded(String field) {
		return UriUtils.encode(hostile(field), StandardCharsets.UTF_8);
	}

	private static UUID dies(JobStore store, long node) {
		NewJob job = job(hostile("name"), null);
		store.intake().enqueue(List.of(job));
		ClaimedJob claimed = store.leases()
			.claim(new ClaimRequest(new Lease(node, 1), null, Map.of(), Set.of(hostile("name")), 1))
			.jobs()
			.get(0);
		store.leases()
			.note(List.of(new Words(job.id(), claimed.lease(), 1, new JobProgress(1, 2), List.of(hostile("line")))));
		Failure failure = new Failure(AttemptOutcome.FAILED, hostile("type"),
				hostile("type") + ": " + hostile("message") + "\n\tat " + hostile("frame") + "\n");
		store.leases().apply(List.of(new Ending(claimed, new Outcome.Dead(DeadReason.ATTEMPTS_SPENT, failure))));
		return job.id();
	}

	private static NewJob job(String name, String key) {
		UUID id = new UUID(Instant.now().toEpochMilli() << 16 | 7 << 12, UUID.randomUUID().getLeastSignificantBits());
		return new NewJob(id, name, hostile("queue"), 0, null, "[]",
				new JobTerms(key, 1, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of(hostile("tag")))
					.toHeaders());
	}

	private static String json(HttpResponse<String> answer) {
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).contains("json"));
		return answer.body();
	}

	private static List<String> strings(String json) {
		List<String> strings = new ArrayList<>();
		collect(JsonMapper.shared().readValue(json, Object.class), strings);
		return strings;
	}

	private static void collect(Object value, List<String> strings) {
		if (value instanceof Map<?, ?> map) {
			map.forEach((key, each) -> {
				collect(key, strings);
				collect(each, strings);
			});
		}
		else if (value instanceof List<?> list) {
			list.forEach((each) -> collect(each, strings));
		}
		else if (value instanceof String text) {
			strings.add(text);
		}
	}

	/**
	 * With the endpoints, and an operator whose name is a script.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ EndpointAutoConfiguration.class, JacksonEndpointAutoConfiguration.class,
			WebEndpointAutoConfiguration.class, ManagementContextAutoConfiguration.class,
			BackgroundJobsEndpointAutoConfiguration.class, BackgroundJobQueuesEndpointAutoConfiguration.class,
			BackgroundJobNodesEndpointAutoConfiguration.class })
	static class Endpoints extends DashboardApplication.Secured {

		@Bean
		@Override
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(Stream.of(hostile("user"), "operator")
				.map((name) -> User.withUsername(name)
					.password("{noop}password")
					.authorities("ROLE_JOBS_OPERATE")
					.build())
				.toList());
		}

	}

}
