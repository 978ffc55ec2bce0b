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
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.Paging;
import dev.aftercommit.ScheduleSnapshot;
import dev.aftercommit.autoconfigure.SettingException;
import dev.aftercommit.autoconfigure.dashboard.DashboardApplication.Secured;
import dev.aftercommit.autoconfigure.dashboard.DashboardApplication.WithoutCsrf;
import dev.aftercommit.autoconfigure.dashboard.DashboardApplication.Work;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.JobStore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Who may see the pages and act on them, and what a hostile text on them can do: over
 * HTTP, in an application whose own rules let everybody everywhere.
 */
class DashboardSecurityTests {

	private static final String HOSTILE = "<script>alert(1)</script>\"'`&{{root}}\r\n\u2028";

	private static final String[] SAME_ORIGIN = { "Sec-Fetch-Site", "same-origin" };

	private static final AtomicLong NUMBERS = new AtomicLong();

	private static ConfigurableApplicationContext context;

	private static String path;

	@BeforeAll
	static void start() {
		context = DashboardApplication.start(List.of(Secured.class),
				"management.endpoint.backgroundjobs.show-values=always", "aftercommit.recurring.nightly.job=work.rest",
				"aftercommit.recurring.nightly.cron=0 0 3 1 1 *");
		path = DashboardApplication.base(context) + "/background-jobs";
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@Test
	void isOffUnlessAskedFor() {
		try (ConfigurableApplicationContext without = DashboardApplication.start(List.of(Secured.class),
				"aftercommit.dashboard.enabled=false")) {
			assertThat(new PlainBrowser(DashboardApplication.base(without), "operator").get("/background-jobs")
				.statusCode()).isEqualTo(404);
			assertThat(without.getBeansOfType(Dashboard.class)).isEmpty();
		}
	}

	@Test
	void refusesToStartWithoutSpringSecurity() {
		assertThatThrownBy(() -> DashboardApplication.start(List.of()).close())
			.hasRootCauseInstanceOf(SettingException.class)
			.rootCause()
			.hasMessageContaining("there is no Spring Security");
	}

	@Test
	void isOpenToEverybodyIfToldSo() {
		try (ConfigurableApplicationContext open = DashboardApplication.start(List.of(),
				"aftercommit.dashboard.insecure=true")) {
			PlainBrowser browser = new PlainBrowser(DashboardApplication.base(open) + "/background-jobs", "");
			assertThat(browser.get("").statusCode()).isEqualTo(200);
			UUID job = dead(open, "insecure");
			Map<String, String> form = form(browser, "/jobs/" + job, "delete");
			assertThat(browser.post("/jobs/" + job, form).statusCode()).as("without a word of where it comes from")
				.isEqualTo(403);
			assertThat(browser.post("/jobs/" + job, form, SAME_ORIGIN).statusCode()).isEqualTo(303);
			assertThat(browser.get("/jobs/" + job).statusCode()).isEqualTo(404);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "/jobs", "/jobs/0195a1b2-0000-7000-8000-000000000000", "/failures", "/queues",
			"/recurring", "/nodes", "/audit", "/orders?action=retry&state=DEAD", "/live", "/assets/dashboard.css" })
	void isClosedToStrangersAndToThoseWithoutTheAuthority(String page) {
		assertThat(new PlainBrowser(path, "").get(page).statusCode()).isEqualTo(401);
		assertThat(new PlainBrowser(path, "other").get(page).statusCode()).isEqualTo(403);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/jobs/x;y=1/../../jobs", "/%2e%2e/background-jobs", "//jobs", "/jobs/", "/JOBS" })
	void isNotReachedBySideDoors(String page) {
		assertThat(new PlainBrowser(path, "").get(page).statusCode()).isIn(400, 401, 404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/jobs", "/failures", "/queues", "/recurring", "/nodes", "/audit" })
	void isOpenToViewersAndOperators(String page) {
		for (String user : List.of("viewer", "operator")) {
			HttpResponse<String> answer = new PlainBrowser(path, user).get(page);
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.headers().firstValue("Content-Security-Policy"))
				.hasValueSatisfying((policy) -> assertThat(policy)
					.contains("default-src 'none'", "frame-ancestors 'none'", "script-src 'self'")
					.doesNotContain("unsafe"));
			assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
			assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
			assertThat(answer.body()).doesNotContain("style=", "<b ", "javascript:", "<script>", "http://", "https://");
		}
	}

	/** With the token of an operator's page, and with whatever else could be forged. */
	@Test
	void aViewerCantActByAnyRequest() {
		UUID job = dead(context, "viewer");
		PlainBrowser viewer = new PlainBrowser(path, "viewer");
		assertThat(viewer.get("/jobs/" + job).body()).doesNotContain("method=\"post\"");
		Map<String, String> form = form(new PlainBrowser(path, "operator"), "/jobs/" + job, "retry");
		form.put("subject", "default");
		form.put("state", "DEAD");
		for (String action : List.of("pause", "run-now")) {
			Map<String, String> schedule = new HashMap<>(form);
			schedule.putAll(Map.of("subject", "nightly", "action", action));
			assertThat(viewer.post("/recurring", schedule, SAME_ORIGIN).statusCode()).isEqualTo(403);
		}
		assertThat(viewer.get("/recurring").body()).contains("nightly").doesNotContain("method=\"post\"");
		assertThat(schedule().paused()).isFalse();
		assertThat(jobsOf("work.rest")).isZero();
		for (String target : List.of("/jobs/" + job, "/orders", "/queues", "/nodes", "/recurring")) {
			assertThat(viewer.post(target, form, SAME_ORIGIN).statusCode()).as(target).isEqualTo(403);
			assertThat(
					viewer.send(viewer.request(target).method("PUT", java.net.http.HttpRequest.BodyPublishers.noBody()))
						.statusCode())
				.isIn(403, 404, 405);
		}
		assertThat(state(job)).isEqualTo(JobState.DEAD);
	}

	@Test
	void nothingIsDoneByGet() {
		UUID job = dead(context, "get");
		PlainBrowser operator = new PlainBrowser(path, "operator");
		operator.get("/jobs/" + job + "?action=delete");
		operator.get("/orders?state=DEAD&action=delete");
		operator.get("/queues?subject=default&action=pause");
		operator.get("/recurring?subject=nightly&action=pause");
		operator.get("/recurring?subject=nightly&action=run-now");
		assertThat(schedule().paused()).isFalse();
		assertThat(state(job)).isEqualTo(JobState.DEAD);
		assertThat(context.getBean(JobOperations.class).pausedQueues()).isEmpty();
	}

	@Test
	void aForgedOrderIsRefused() {
		UUID job = dead(context, "forged");
		PlainBrowser operator = new PlainBrowser(path, "operator");
		String order = "/jobs/" + job;
		Map<String, String> form = form(operator, order, "delete");
		assertThat(operator.post(order, without(form, "_csrf"), SAME_ORIGIN).statusCode()).isEqualTo(403);
		assertThat(operator.post(order, without(form, "token"), SAME_ORIGIN).statusCode()).isEqualTo(403);
		assertThat(operator.post(order, form).statusCode()).isEqualTo(403);
		assertThat(operator.post(order, form, "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(403);
		assertThat(operator.post(order, form, "Sec-Fetch-Site", "same-site").statusCode()).isEqualTo(403);
		assertThat(operator.post(order, form, "Origin", "https://evil.example").statusCode()).isEqualTo(403);
		assertThat(operator.post(order, form, "Origin", "null").statusCode()).isEqualTo(403);
		Map<String, String> other = new HashMap<>(form);
		other.put("token", new PlainBrowser(path, "operator").fields(order).get("token"));
		assertThat(operator.post(order, other, SAME_ORIGIN).statusCode()).isEqualTo(403);
		assertThat(state(job)).isEqualTo(JobState.DEAD);
		assertThat(operator.post(order, form, "Origin", DashboardApplication.base(context)).statusCode())
			.isEqualTo(303);
		assertThat(operator.get(order).statusCode()).isEqualTo(404);
	}

	@Test
	void aForgedOrderAboutAScheduleIsRefused() {
		PlainBrowser operator = new PlainBrowser(path, "operator");
		Map<String, String> form = form(operator, "/recurring", "pause");
		form.put("subject", "nightly");
		assertThat(operator.post("/recurring", without(form, "token"), SAME_ORIGIN).statusCode()).isEqualTo(403);
		assertThat(operator.post("/recurring", form, "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(403);
		assertThat(operator.post("/recurring", form).statusCode()).isEqualTo(403);
		assertThat(schedule().paused()).isFalse();
	}

	@Test
	void anOperatorPausesResumesAndRunsASchedule() {
		PlainBrowser operator = new PlainBrowser(path, "operator");
		Map<String, String> form = form(operator, "/recurring", "pause");
		form.put("subject", "nightly");
		assertThat(location(operator, form)).endsWith("/recurring?did=pause&of=schedule&done=1&requested=0&refused=0");
		assertThat(operator.get("/recurring").body()).contains("paused", "pause by operator");
		form.put("action", "run-now");
		String job = location(operator, form);
		assertThat(job).contains("/jobs/").endsWith("?did=run-now&of=job&done=1&requested=0&refused=0");
		assertThat(operator.get(job.substring(job.indexOf("/jobs/"))).body()).contains("work.rest", "Enqueued 1 job.",
				"run now", "schedule <a");
		form.put("action", "resume");
		assertThat(location(operator, form)).contains("did=resume");
		form.put("action", "quiet");
		assertThat(operator.post("/recurring", form, SAME_ORIGIN).statusCode()).isEqualTo(400);
		form.putAll(Map.of("action", "run-now", "subject", HOSTILE));
		HttpResponse<String> refused = operator.post("/recurring", form, SAME_ORIGIN);
		assertThat(refused.statusCode()).isEqualTo(409);
		assertThat(refused.body()).contains("There is no schedule &#39;&lt;script&gt;").doesNotContain("<script>");
		assertThat(context.getBean(JobOperations.class).audit(4))
			.extracting(AuditEntry::who, AuditEntry::action, AuditEntry::kind, AuditEntry::result)
			.containsExactly(tuple("operator", "run-now", AuditEntry.Kind.SCHEDULE, "REFUSED"),
					tuple("operator", "resume", AuditEntry.Kind.SCHEDULE, "DONE"),
					tuple("operator", "run-now", AuditEntry.Kind.SCHEDULE, "DONE"),
					tuple("operator", "pause", AuditEntry.Kind.SCHEDULE, "DONE"));
		assertThat(jobsOf("work.rest")).isOne();
		context.getBean(JobOperations.class)
			.list(JobFilter.all().name("work.rest"), Paging.newestFirst(10))
			.jobs()
			.forEach((each) -> Awaitility.await()
				.until(() -> context.getBean(JobOperations.class).delete(each.id()).isDone()));
	}

	private static String location(PlainBrowser browser, Map<String, String> form) {
		HttpResponse<String> answer = browser.post("/recurring", form, SAME_ORIGIN);
		assertThat(answer.statusCode()).isEqualTo(303);
		return answer.headers().firstValue("Location").orElseThrow();
	}

	private static ScheduleSnapshot schedule() {
		return context.getBean(JobOperations.class)
			.schedules()
			.stream()
			.filter((schedule) -> schedule.name().equals("nightly"))
			.findFirst()
			.orElseThrow();
	}

	private static int jobsOf(String name) {
		return context.getBean(JobOperations.class)
			.list(JobFilter.all().name(name), Paging.newestFirst(10))
			.jobs()
			.size();
	}

	@Test
	void itsOwnTokenHoldsWhereTheApplicationHasSwitchedProtectionOff() {
		try (ConfigurableApplicationContext other = DashboardApplication.start(List.of(WithoutCsrf.class))) {
			PlainBrowser operator = new PlainBrowser(DashboardApplication.base(other) + "/background-jobs", "operator");
			UUID job = dead(other, "csrf");
			Map<String, String> form = form(operator, "/jobs/" + job, "delete");
			assertThat(form).doesNotContainKey("_csrf");
			assertThat(operator.post("/jobs/" + job, without(form, "token"), SAME_ORIGIN).statusCode()).isEqualTo(403);
			assertThat(operator.post("/jobs/" + job, form, SAME_ORIGIN).statusCode()).isEqualTo(303);
		}
	}

	@Test
	void everyActionLeavesItsLine() {
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger("dev.aftercommit.audit");
		lines.start();
		logger.setLevel(Level.INFO);
		logger.addAppender(lines);
		try {
			UUID job = dead(context, "audited");
			PlainBrowser operator = new PlainBrowser(path, "operator");
			operator.post("/jobs/" + job, form(operator, "/jobs/" + job, "retry"), SAME_ORIGIN);
			Map<String, String> bulk = form(operator, "/orders?action=delete&state=SUCCEEDED&tag=none", "delete");
			bulk.putAll(operator.fields("/jobs/" + job));
			bulk.put("state", "SUCCEEDED");
			bulk.put("tag", "none" + HOSTILE);
			assertThat(operator.post("/orders", bulk, SAME_ORIGIN).statusCode()).isEqualTo(303);
			bulk.put("subject", "mails");
			for (String action : List.of("pause", "resume")) {
				bulk.put("action", action);
				assertThat(operator.post("/queues", bulk, SAME_ORIGIN).statusCode()).isEqualTo(303);
			}
			assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage)
				.hasSize(4)
				.allSatisfy((line) -> assertThat(line).contains("by operator").doesNotContain("\n", "\r", "\u2028"))
				.anyMatch((line) -> line.startsWith("retry by operator on job " + job + ": DONE"))
				.anyMatch((line) -> line.startsWith("delete by operator on jobs state=SUCCEEDED"))
				.anyMatch((line) -> line.startsWith("pause by operator on queue mails: DONE"));
			assertThat(context.getBean(JobOperations.class).audit(4))
				.extracting(AuditEntry::who, AuditEntry::action, AuditEntry::kind, AuditEntry::result)
				.containsExactly(tuple("operator", "resume", AuditEntry.Kind.QUEUE, "DONE"),
						tuple("operator", "pause", AuditEntry.Kind.QUEUE, "DONE"),
						tuple("operator", "delete", AuditEntry.Kind.MANY, "DONE 0, REQUESTED 0, REFUSED 0"),
						tuple("operator", "retry", AuditEntry.Kind.JOB, "DONE"));
			assertThat(operator.get("/jobs/" + job).body()).contains("<b>operator</b>",
					"<td data-label=\"What\">retry");
			assertThat(operator.get("/audit").body()).contains("state&#x3D;SUCCEEDED, tag&#x3D;none&lt;script&gt;");
			assertThat(operator.get("/audit?kind=QUEUE&subject=mails").body()).contains("pause", "resume")
				.doesNotContain("SUCCEEDED");
		}
		finally {
			logger.detachAppender(lines);
		}
	}

	/** Each job says so that it was among many. */
	@Test
	void anOrderAboutManyIsSeenOnThePageOfEachJobThatItChanged() {
		UUID job = dead(context, "many");
		PlainBrowser operator = new PlainBrowser(path, "operator");
		JobSnapshot found = context.getBean(JobOperations.class).find(job).orElseThrow();
		Map<String, String> bulk = form(operator, "/jobs/" + job, "cancel");
		bulk.put("state", "DEAD");
		bulk.put("tag", found.tags().get(0));
		assertThat(operator.post("/orders", bulk, SAME_ORIGIN).statusCode()).isEqualTo(303);
		assertThat(operator.get("/jobs/" + job).body()).as("nothing was changed by it")
			.doesNotContain("REQUESTED 0".toLowerCase(Locale.ROOT));
		bulk.put("action", "retry");
		assertThat(operator.post("/orders", bulk, SAME_ORIGIN).statusCode()).isEqualTo(303);
		assertThat(operator.get("/jobs/" + job).body()).contains("state&#x3D;DEAD, tag&#x3D;" + found.tags().get(0),
				"done 1, requested 0, refused 0");
	}

	@Test
	void whatStoresSayIsTextOnEveryPage() {
		UUID job = dead(context, HOSTILE);
		context.getBean(JobOperations.class).pauseQueue(HOSTILE);
		AuditTrail trail = context.getBean(JobStore.class).auditTrail();
		context.getBean(JobStore.class).recurrences().agree(Map.of(HOSTILE, HOSTILE), Duration.ZERO);
		for (AuditEntry.Kind kind : AuditEntry.Kind.values()) {
			trail.append(new AuditNote(HOSTILE, HOSTILE, kind, HOSTILE, HOSTILE, List.of(job)));
		}
		context.getBean(Readings.class).forget();
		PlainBrowser operator = new PlainBrowser(path, "operator");
		try {
			for (String page : List.of("", "/jobs", "/jobs/" + job, "/failures", "/queues", "/recurring", "/nodes",
					"/audit", "/audit?kind=QUEUE&subject=%3Cscript%3Ealert(1)%3C/script%3E", "/audit?kind=%3Cscript%3E",
					"/audit?subject=%3Cscript%3E", "/jobs?tag=%3Cscript%3Ealert(1)%3C/script%3E%22%3E",
					"/jobs?state=%3Cscript%3E", "/jobs/%3Cscript%3E", "/orders?action=retry&state=DEAD",
					"/jobs?did=%3Cscript%3E&done=%3Cscript%3E")) {
				String html = operator.get(page).body();
				assertThat(html).as(page).doesNotContain("<script>", "alert(1)</script>", "<b onclick");
				assertThat(html.split("<script", -1)).as(page).hasSize(2);
			}
			assertThat(operator.get("/jobs/" + job).body()).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
			assertThat(operator.get("/queues").body()).contains("&lt;script&gt;", "by &lt;script&gt;");
			assertThat(operator.get("/recurring").body()).contains("<b>&lt;script&gt;",
					"data-confirm=\"Enqueue a job of &lt;script&gt;", "by &lt;script&gt;");
			assertThat(operator.get("/audit").body()).contains("<b>&lt;script&gt;");
		}
		finally {
			context.getBean(JobOperations.class).resumeQueue(HOSTILE);
		}
	}

	@Test
	void valuesAreHiddenUnlessTheyAreToBeShown() {
		try (ConfigurableApplicationContext hiding = DashboardApplication.start(List.of(Secured.class))) {
			UUID job = dead(hiding, "secret-word");
			String html = new PlainBrowser(DashboardApplication.base(hiding) + "/background-jobs", "operator")
				.get("/jobs/" + job)
				.body();
			assertThat(html).contains("IllegalStateException", "hidden").doesNotContain("failed with secret-word");
		}
	}

	private static Map<String, String> without(Map<String, String> form, String field) {
		Map<String, String> other = new HashMap<>(form);
		other.remove(field);
		return other;
	}

	private static Map<String, String> form(PlainBrowser browser, String page, String action) {
		Map<String, String> form = browser.fields(page);
		form.put("action", action);
		return form;
	}

	private static UUID dead(ConfigurableApplicationContext application, String text) {
		String tag = "number-" + NUMBERS.incrementAndGet();
		JobOperations operations = application.getBean(JobOperations.class);
		application.getBean(Work.class).fail("failed with " + text, tag);
		return Awaitility.await()
			.until(() -> operations.list(JobFilter.all().tag(tag).states(JobState.DEAD), Paging.newestFirst(1)).jobs(),
					(jobs) -> !jobs.isEmpty())
			.stream()
			.map(JobSnapshot::id)
			.findFirst()
			.orElseThrow();
	}

	private static JobState state(UUID job) {
		return context.getBean(JobOperations.class).find(job).orElseThrow().state();
	}

}
