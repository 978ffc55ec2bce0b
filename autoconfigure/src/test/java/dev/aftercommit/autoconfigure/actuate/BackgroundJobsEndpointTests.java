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

package dev.aftercommit.autoconfigure.actuate;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.jayway.jsonpath.JsonPath;
import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.AuditEntry;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobProgress;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.JobTime;
import dev.aftercommit.OrderResult;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.ScheduleRun;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.autoconfigure.AftercommitProperties;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.operations.NextFireTimes;
import dev.aftercommit.operations.StoredJobOperations;
import dev.aftercommit.serialization.JacksonJobSerializer;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.OutboxDepth;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Words;
import dev.aftercommit.store.memory.MemoryJobStore;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.context.WebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

/**
 * The shape of the answers is what operators' tools rely on.
 */
class BackgroundJobsEndpointTests {

	private static final AtomicLong NUMBERS = new AtomicLong();

	private static final Instant NOW = Instant.parse("2026-11-24T07:00:00Z");

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
				DispatcherServletAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
				WebMvcAutoConfiguration.class, EndpointAutoConfiguration.class, JacksonEndpointAutoConfiguration.class,
				WebEndpointAutoConfiguration.class, ManagementContextAutoConfiguration.class,
				BackgroundJobsEndpointAutoConfiguration.class))
		.withUserConfiguration(Jobs.class)
		.withPropertyValues("management.endpoints.web.exposure.include=backgroundjobs");

	private final WebApplicationContextRunner unrestricted = this.runner
		.withPropertyValues("management.endpoint.backgroundjobs.access=UNRESTRICTED");

	@Test
	void showsTheOutboxAndThatItIsOne() {
		JobStore store = mock(JobStore.class, RETURNS_DEEP_STUBS);
		given(store.description()).willReturn("Redis 7.0.15, outbox in H2 2.4.240");
		given(store.mode()).willReturn(JobStore.Mode.OUTBOX);
		OutboxDepth depth = new OutboxDepth(new Count(3, true), Duration.ofSeconds(2));
		given(store.outbox()).willReturn(Optional.of(depth));
		BackgroundJobsEndpoint.JobsDescriptor jobs = new BackgroundJobsEndpoint(store, mock(JobOperations.class),
				mock(HandlerRegistry.class), 10, List.of(), Show.NEVER)
			.jobs(null, false);
		assertThat(jobs.mode()).isEqualTo("outbox");
		assertThat(jobs.outbox()).isEqualTo(depth);
	}

	@Test
	void showsWhatThereIs() {
		this.runner.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			store.intake()
				.enqueue(List.of(job("mail.send", "mail", null), job("mail.send", "mail", null),
						job("report", "default", JobTime.in(Duration.ofHours(1)))));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs")).hasStatusOk()
				.bodyJson()
				.isStrictlyEqualTo("""
						{
							"store": "memory of this JVM",
							"mode": "best-effort",
							"totals": {
								"SCHEDULED": {"value": 1, "exact": true},
								"BLOCKED": {"value": 0, "exact": true},
								"ENQUEUED": {"value": 2, "exact": true},
								"RUNNING": {"value": 0, "exact": true},
								"RETRYING": {"value": 0, "exact": true},
								"SUCCEEDED": {"value": 0, "exact": true},
								"CANCELLED": {"value": 0, "exact": true},
								"DEAD": {"value": 0, "exact": true}
							},
							"queues": {"mail": {"waiting": {"value": 2, "exact": true}, "oldest": "PT0S"}},
							"handlers": [
								{"name": "mail.send", "aliases": ["mail"], "queue": "mail", "priority": 5,
									"maxAttempts": 10, "method": "dev.aftercommit.autoconfigure.actuate\
						.BackgroundJobsEndpointTests$Mail.send(String, int)"}
							],
							"schedules": []
						}""");
		});
	}

	@Test
	void showsAJobButNotItsValues() {
		this.runner.run((context) -> {
			UUID id = deadJob(context.getBean(JobStore.class));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).hasStatusOk()
				.bodyJson()
				.isStrictlyEqualTo(json(id, "******"));
		});
	}

	@Test
	void showsTheResultOfAJobOnlyWhereValuesAreShown() {
		this.runner.run((context) -> {
			UUID id = succeededJob(context.getBean(JobStore.class));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).bodyJson()
				.extractingPath("$.result")
				.isEqualTo("******");
		});
		this.runner.withPropertyValues("management.endpoint.backgroundjobs.show-values=always").run((context) -> {
			UUID id = succeededJob(context.getBean(JobStore.class));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).bodyJson()
				.extractingPath("$.result")
				.isEqualTo("{\"secret\": 42}");
		});
	}

	@Test
	void showsValuesWhereTheApplicationSaysSo() {
		this.runner.withPropertyValues("management.endpoint.backgroundjobs.show-values=always").run((context) -> {
			UUID id = deadJob(context.getBean(JobStore.class));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).bodyJson()
				.isStrictlyEqualTo(json(id, "secret"));
		});
	}

	@Test
	void hidesValuesFromWhomIsNotAuthorized() {
		this.runner.withPropertyValues("management.endpoint.backgroundjobs.show-values=when-authorized")
			.run((context) -> {
				UUID id = deadJob(context.getBean(JobStore.class));
				assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).bodyJson()
					.isStrictlyEqualTo(json(id, "******"));
			});
	}

	@Test
	void showsTheBeginningOfLargeArgumentsAndSaysThatThereIsMore() {
		this.runner.withPropertyValues("management.endpoint.backgroundjobs.show-values=always").run((context) -> {
			NewJob job = job("mail.send", "mail", null);
			String large = "[\"-" + "\ud83d\ude80".repeat(250_000) + "\", 3]";
			context.getBean(JobStore.class)
				.intake()
				.enqueue(List.of(new NewJob(job.id(), job.name(), job.queue(), 5, null, large, Map.of())));
			assertThat(arguments(context, job.id()))
				.isEqualTo(Map.of("kind", "KNOWN", "json", "[\"-" + "\ud83d\ude80".repeat(4094), "cut", true));
		});
	}

	@Test
	void saysWhyThereAreNoArgumentsToShow() {
		this.runner.withPropertyValues("management.endpoint.backgroundjobs.show-values=always").run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			NewJob unknown = job("report", "default", null);
			store.intake().enqueue(List.of(unknown));
			assertThat(arguments(context, unknown.id())).isEqualTo(Map.of("kind", "HIDDEN", "cut", false));
			assertThat(arguments(context, succeededJob(store))).isEqualTo(Map.of("kind", "NOT_KEPT", "cut", false));
		});
	}

	private static Map<String, Object> arguments(WebApplicationContext context, UUID id) throws Exception {
		MvcTestResult result = mvc(context).get().uri("/actuator/backgroundjobs/" + id).exchange();
		return JsonPath.read(new String(result.getResponse().getContentAsByteArray(), StandardCharsets.UTF_8),
				"$.arguments");
	}

	@Test
	void answersNotFoundForAnUnknownJobAndBadRequestForWhatIsNoId() {
		this.runner.run((context) -> {
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + UUID.randomUUID())).hasStatus(404);
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/x")).hasStatus(400);
		});
	}

	@Test
	void listsJobsByKey() {
		this.runner.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			UUID dead = deadJob(store);
			List<NewJob> jobs = List.of(job("mail.send", "mail", null), job("mail.send", "mail", null),
					job("report", "default", JobTime.in(Duration.ofHours(1))));
			store.intake().enqueue(jobs);
			MockMvcTester mvc = mvc(context);
			assertThat(ids(mvc, "state=ENQUEUED,SCHEDULED,RUNNING")).containsExactly(jobs.get(2).id(), jobs.get(1).id(),
					jobs.get(0).id());
			assertThat(ids(mvc, "state=dead")).containsExactly(dead);
			assertThat(ids(mvc, "queue=default")).containsExactly(jobs.get(2).id());
			assertThat(ids(mvc, "name=report&queue=mail")).isEmpty();
			assertThat(ids(mvc, "tag=account:7")).hasSize(4);
			assertThat(ids(mvc, "before=2001-01-01T00:00:00Z")).isEmpty();
			assertThat(ids(mvc, "from=2001-01-01T00:00:00Z")).hasSize(4);
			List<UUID> paged = new ArrayList<>();
			String next = "";
			while (next != null) {
				paged.addAll(ids(mvc, "size=3" + next));
				next = next(mvc, "size=3" + next);
			}
			assertThat(paged).hasSize(4).doesNotHaveDuplicates();
		});
	}

	@Test
	void listsNoFailuresUnlessValuesAreShown() {
		this.runner.run((context) -> {
			deadJob(context.getBean(JobStore.class));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs?state=DEAD")).hasStatusOk()
				.bodyJson()
				.extractingPath("$.page.jobs[0].failure.text")
				.isEqualTo("******");
		});
	}

	@Test
	void saysWhatIsWrongWithAQuestion() {
		this.runner.run((context) -> {
			for (String question : List.of("size=0", "size=1001", "size=many", "state=ASLEEP", "after=nothing",
					"from=yesterday", "from=2026-01-02T00:00:00Z&before=2026-01-01T00:00:00Z")) {
				assertThat(mvc(context).get().uri("/actuator/backgroundjobs?" + question)).as(question).hasStatus(400);
			}
		});
	}

	@Test
	void takesNoOrdersUnlessTheApplicationSaysSo() {
		this.runner.run((context) -> {
			UUID id = deadJob(context.getBean(JobStore.class));
			assertThat(order(context, id, "retry")).hasStatus(405);
			assertThat(context.getBean(JobOperations.class).find(id).orElseThrow().state()).isEqualTo(JobState.DEAD);
		});
	}

	@Test
	void takesOrdersAboutAJobAndSaysWhatBecameOfThem() {
		this.unrestricted.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			UUID id = deadJob(store);
			assertThat(order(context, id, "run-now")).hasStatus(409)
				.bodyJson()
				.isStrictlyEqualTo("{\"id\": \"" + id + "\", \"result\": \"REFUSED\", \"found\": \"DEAD\"}");
			assertThat(order(context, id, "retry")).hasStatusOk()
				.bodyJson()
				.isStrictlyEqualTo("{\"id\": \"" + id + "\", \"result\": \"DONE\", \"found\": \"DEAD\"}");
			assertThat(order(context, id, "cancel")).hasStatusOk();
			assertThat(order(context, id, "delete")).hasStatusOk();
			assertThat(order(context, id, "delete")).hasStatus(404);
			UUID later = job("report", "default", JobTime.in(Duration.ofHours(1))).id();
			store.intake()
				.enqueue(List
					.of(new NewJob(later, "report", "default", 0, JobTime.in(Duration.ofHours(1)), "[]", Map.of())));
			assertThat(order(context, later, "run-now")).hasStatusOk();
			assertThat(context.getBean(JobOperations.class).find(later).orElseThrow().state())
				.isEqualTo(JobState.ENQUEUED);
			assertThat(order(context, later, "explode")).hasStatus(400);
			assertThat(mvc(context).post()
				.uri("/actuator/backgroundjobs/" + later)
				.contentType(MediaType.APPLICATION_JSON)
				.content("{}")).hasStatus(400);
		});
	}

	@Test
	void leavesALineForEachOrderThatNobodyCanForge() {
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		Logger logger = (Logger) LoggerFactory.getLogger("dev.aftercommit.audit");
		logger.setLevel(Level.INFO);
		logger.addAppender(lines);
		this.unrestricted.run((context) -> {
			UUID id = deadJob(context.getBean(JobStore.class));
			assertThat(mvc(context).post()
				.uri("/actuator/backgroundjobs/" + id)
				.principal(() -> "eve\nretry by root")
				.contentType(MediaType.APPLICATION_JSON)
				.content("{\"action\": \"retry\"}")).hasStatusOk();
			assertThat(lines.list).singleElement()
				.extracting(ILoggingEvent::getFormattedMessage)
				.isEqualTo("retry by eve?retry by root on job " + id + ": DONE");
		});
		logger.detachAppender(lines);
	}

	@Test
	void showsWhoOrderedWhatAboutAJob() {
		this.unrestricted.run((context) -> {
			UUID id = deadJob(context.getBean(JobStore.class));
			for (String action : List.of("retry", "run-now")) {
				mvc(context).post()
					.uri("/actuator/backgroundjobs/" + id)
					.principal(() -> "eve\nretry by root <b>")
					.contentType(MediaType.APPLICATION_JSON)
					.content("{\"action\": \"" + action + "\"}")
					.exchange();
			}
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).bodyJson()
				.extractingPath("$.audit")
				.isEqualTo(List.of(entry(id, "run-now", "REFUSED"), entry(id, "retry", "DONE")));
			assertThat(context.getBean(JobOperations.class).audit(10)).hasSize(2);
		});
	}

	private static Map<String, Object> entry(UUID id, String action, String result) {
		return Map.of("at", "2026-11-24T07:00:00Z", "who", "eve?retry by root <b>", "action", action, "kind", "JOB",
				"subject", id.toString(), "result", result);
	}

	@Test
	void showsSchedulesAndTakesOrdersAboutThem() {
		this.unrestricted.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			String definition = "mail.send every PT1H";
			Recurrence row = store.recurrences()
				.agree(Map.of("nightly mail", definition), Duration.ZERO)
				.get("nightly mail");
			NewJob fired = job("mail.send", "mail", null);
			store.recurrences()
				.fire(new FireRequest("nightly mail", definition, row.last(), row.last(), List.of(fired)));
			assertThat(orderSchedule(context, "schedules/nightly mail", "pause")).hasStatusOk()
				.bodyJson()
				.isStrictlyEqualTo("{\"schedule\": \"nightly mail\", \"result\": \"DONE\"}");
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs")).bodyJson()
				.extractingPath("$.schedules")
				.isEqualTo(List.of(Map.of("name", "nightly mail", "definition", definition, "decidedAt",
						"2026-11-24T07:00:00Z", "paused", true, "last",
						Map.of("job", fired.id().toString(), "firedAt", "2026-11-24T07:00:00Z", "state", "ENQUEUED"))));
			assertThat(orderSchedule(context, "schedules/nightly mail", "pause")).bodyJson()
				.isStrictlyEqualTo("{\"schedule\": \"nightly mail\", \"result\": \"UNCHANGED\"}");
			assertThat(orderSchedule(context, "schedules/nightly mail", "run-now")).hasStatus(409)
				.bodyJson()
				.extractingPath("$.reason")
				.asString()
				.startsWith("This node does not know schedule 'nightly mail'");
			assertThat(orderSchedule(context, "schedules/nightly mail", "resume")).hasStatusOk();
			assertThat(orderSchedule(context, "schedules/nightly mail", "explode")).hasStatus(400);
			assertThat(orderSchedule(context, "queues/nightly mail", "pause")).hasStatus(400);
			assertThat(context.getBean(JobOperations.class).audit(AuditEntry.Kind.SCHEDULE, "nightly mail", 10))
				.extracting(AuditEntry::action, AuditEntry::result)
				.containsExactly(tuple("resume", "DONE"), tuple("run-now", "REFUSED"), tuple("pause", "UNCHANGED"),
						tuple("pause", "DONE"));
		});
	}

	@Test
	void enqueuesAJobOfAScheduleAndKeepsWhoWantedThat() {
		JobStore store = new MemoryJobStore(Clock.fixed(NOW, ZoneOffset.UTC));
		JobOperations operations = mock(JobOperations.class);
		UUID job = UUID.randomUUID();
		given(operations.runScheduleNow("nightly")).willReturn(new ScheduleRun(job, null));
		BackgroundJobsEndpoint endpoint = new BackgroundJobsEndpoint(store, operations, mock(HandlerRegistry.class), 10,
				List.of(), Show.NEVER);
		assertThat(endpoint.orderSchedule("schedules", "nightly", "run-now", "eve").job()).isEqualTo(job);
		assertThat(store.auditTrail().about(AuditEntry.Kind.JOB, job.toString(), 10)).singleElement()
			.isEqualTo(new AuditEntry(NOW, "eve", "run-now", AuditEntry.Kind.SCHEDULE, "nightly", "DONE"));
	}

	@Test
	void takesNoOrdersAboutSchedulesUnlessTheApplicationSaysSo() {
		this.runner.run((context) -> {
			context.getBean(JobStore.class).recurrences().agree(Map.of("nightly", "d"), Duration.ZERO);
			assertThat(orderSchedule(context, "schedules/nightly", "pause").getResponse().getStatus()).isIn(404, 405);
			assertThat(context.getBean(JobOperations.class).schedules().get(0).paused()).isFalse();
		});
	}

	private static MvcTestResult orderSchedule(WebApplicationContext context, String path, String action) {
		return mvc(context).post()
			.uri("/actuator/backgroundjobs/" + path)
			.contentType(MediaType.APPLICATION_JSON)
			.content("{\"action\": \"" + action + "\"}")
			.exchange();
	}

	@Test
	void saysWhatBecameOfAnOrderThoughTheStoreCantKeepWhoGaveIt() {
		JobStore store = mock(JobStore.class, RETURNS_DEEP_STUBS);
		JobOperations operations = mock(JobOperations.class);
		UUID id = UUID.randomUUID();
		given(operations.retry(id)).willReturn(OrderResult.done(JobState.DEAD));
		AuditTrail trail = store.auditTrail();
		willThrow(new JobStoreException("planted: away", null)).given(trail).append(any());
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		Logger logger = (Logger) LoggerFactory.getLogger("dev.aftercommit");
		logger.addAppender(lines);
		try {
			assertThat(new BackgroundJobsEndpoint(store, operations, mock(HandlerRegistry.class), 10, List.of(),
					Show.NEVER)
				.order(id, "retry", "eve")
				.result()).isEqualTo(OrderResult.Kind.DONE);
			assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage)
				.containsExactly("retry by eve on job " + id + ": DONE", "The order to retry by eve on job " + id
						+ " is only in the log, as the store could not keep it");
		}
		finally {
			logger.detachAppender(lines);
		}
	}

	@Test
	void isThereOverJmx() {
		new ApplicationContextRunner().withUserConfiguration(Jobs.class)
			.withConfiguration(AutoConfigurations.of(JmxAutoConfiguration.class, EndpointAutoConfiguration.class,
					JmxEndpointAutoConfiguration.class, BackgroundJobsEndpointAutoConfiguration.class))
			.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=backgroundjobs",
					"management.endpoint.backgroundjobs.access=UNRESTRICTED")
			.run((context) -> {
				UUID id = deadJob(context.getBean(JobStore.class));
				MBeanServer server = context.getBean(MBeanServer.class);
				ObjectName name = server.queryNames(new ObjectName("*:type=Endpoint,name=Backgroundjobs,*"), null)
					.iterator()
					.next();
				assertThat(
						server.invoke(name, "job", new Object[] { id.toString() }, new String[] { "java.lang.String" }))
					.asInstanceOf(InstanceOfAssertFactories.MAP)
					.containsEntry("state", "DEAD");
				server.invoke(name, "order", new Object[] { id.toString(), "retry" },
						new String[] { "java.lang.String", "java.lang.String" });
				assertThat(context.getBean(JobOperations.class).find(id).orElseThrow().state())
					.isEqualTo(JobState.ENQUEUED);
				assertThat(context.getBean(JobOperations.class).audit(AuditEntry.Kind.JOB, id.toString(), 10))
					.extracting(AuditEntry::action)
					.containsExactly("retry");
			});
	}

	@Test
	void isNotThereUnlessExposed() {
		new ApplicationContextRunner().withUserConfiguration(Jobs.class)
			.withConfiguration(AutoConfigurations.of(BackgroundJobsEndpointAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(BackgroundJobsEndpoint.class));
	}

	@Test
	void isNotThereWithoutJobs() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(BackgroundJobsEndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).doesNotHaveBean(BackgroundJobsEndpoint.class));
	}

	private static MvcTestResult order(WebApplicationContext context, UUID id, String action) {
		return mvc(context).post()
			.uri("/actuator/backgroundjobs/" + id)
			.contentType(MediaType.APPLICATION_JSON)
			.content("{\"action\": \"" + action + "\"}")
			.exchange();
	}

	private static List<UUID> ids(MockMvcTester mvc, String question) throws Exception {
		List<String> ids = JsonPath.read(body(mvc, question), "$.page.jobs[*].id");
		return ids.stream().map(UUID::fromString).toList();
	}

	private static String next(MockMvcTester mvc, String question) throws Exception {
		List<String> next = JsonPath.read(body(mvc, question), "$.page[?(@.next)].next");
		return next.isEmpty() ? null : "&after=" + next.get(0);
	}

	private static String body(MockMvcTester mvc, String question) throws Exception {
		MvcTestResult result = mvc.get().uri("/actuator/backgroundjobs?" + question).exchange();
		assertThat(result).hasStatusOk();
		return result.getResponse().getContentAsString();
	}

	private static MockMvcTester mvc(WebApplicationContext context) {
		return MockMvcTester.from(context);
	}

	private static String json(UUID id, String failure) {
		return """
				{"id": "%1$s", "name": "mail.send", "queue": "mail", "priority": 5, "state": "DEAD", "attempts": 1,
					"enqueuedAt": "2026-11-24T07:00:00Z", "endedAt": "2026-11-24T07:00:00Z", "reason": "DISCARDED",
					"failure": {"outcome": "FAILED", "type": "java.lang.IllegalStateException", "text": "%2$s"},
					"tags": ["account:7"],
					"arguments": {"kind": "KNOWN", "json": "%4$s", "cut": false},
					"history": [{"number": 1, "node": 1, "startedAt": "2026-11-24T07:00:00Z",
						"endedAt": "2026-11-24T07:00:00Z", "outcome": "FAILED",
						"errorType": "java.lang.IllegalStateException", "errorText": "%2$s"}],
					"why": [{"kind": "HAS_ENDED",
						"text": "It has ended as DEAD (DISCARDED) at 2026-11-24T07:00:00Z.",
						"until": "2026-11-24T07:00:00Z", "jobs": [], "nodes": []}],
					"progress": {"done": 1, "total": 2},
					"log": ["%3$s"], "audit": []}""".formatted(id, failure,
				failure.equals("secret") ? "a secret line" : failure,
				failure.equals("secret") ? "[\\\"bob\\\",\\\"******\\\"]" : failure);
	}

	private static UUID deadJob(JobStore store) {
		return endedJob(store, new Outcome.Dead(DeadReason.DISCARDED,
				new Failure(AttemptOutcome.FAILED, "java.lang.IllegalStateException", "secret")));
	}

	private static UUID succeededJob(JobStore store) {
		return endedJob(store, new Outcome.Succeeded("{\"secret\": 42}"));
	}

	private static UUID endedJob(JobStore store, Outcome outcome) {
		NewJob job = job("mail.send", "mail", null);
		store.intake().enqueue(List.of(job));
		long node = store.nodes().register(new NodeInfo("test", "", Set.of("mail.send")));
		Claim claim = store.leases()
			.claim(new ClaimRequest(new Lease(node, 1), null, Map.of(), Set.of("mail.send"), 1));
		ClaimedJob claimed = claim.jobs().get(0);
		store.leases()
			.note(List
				.of(new Words(claimed.id(), claimed.lease(), 1, new JobProgress(1, 2), List.of("a secret line"))));
		store.leases().apply(List.of(new Ending(claimed, outcome)));
		return job.id();
	}

	private static NewJob job(String name, String queue, JobTime time) {
		return new NewJob(new UUID(NOW.toEpochMilli() << 16 | 0x7000, Long.MIN_VALUE | NUMBERS.incrementAndGet()), name,
				queue, 5, time, "[\"bob\", 3]",
				new JobTerms(null, 1, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of("account:7")).toHeaders());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(AftercommitProperties.class)
	static class Jobs {

		@Bean
		JobStore jobStore() {
			return new MemoryJobStore(Clock.fixed(NOW, ZoneOffset.UTC));
		}

		@Bean
		JobOperations operations(JobStore store) {
			JobSerializer serializer = new JacksonJobSerializer(1_000_000, List.of());
			return new StoredJobOperations(store, LocalWorkers.NONE, Duration.ofSeconds(30), NextFireTimes.NONE,
					(name, text) -> name.equals("mail.send") ? serializer.hideArguments(text, 2, Set.of(1))
							: Optional.empty());
		}

		@Bean
		HandlerRegistry handlers() {
			Method method = ReflectionUtils.findMethod(Mail.class, "send", String.class, int.class);
			JobHandler handler = mock(JobHandler.class);
			given(handler.name()).willReturn("mail.send");
			given(handler.aliases()).willReturn(Set.of("mail"));
			given(handler.queue()).willReturn("mail");
			given(handler.priority()).willReturn(5);
			given(handler.method()).willReturn(method);
			HandlerRegistry registry = mock(HandlerRegistry.class);
			given(registry.handlers()).willReturn(List.of(handler));
			return registry;
		}

	}

	static class Mail {

		void send(String to, int copies) {
		}

	}

}
