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

package dev.aftercommit.recurring;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.JobContext;
import dev.aftercommit.MissedRuns;
import dev.aftercommit.RecurringJob;
import dev.aftercommit.handler.BeanHandlerRegistry;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.serialization.JacksonJobSerializer;
import dev.aftercommit.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SchedulesTests {

	@Test
	void anAnnotatedMethodIsAScheduleOfTheNameOfItsJob() {
		assertThat(schedules(Cleanup.class).get("server.cleanup")).satisfies((schedule) -> {
			assertThat(schedule.job().name()).isEqualTo("server.cleanup");
			assertThat(schedule.definition()).isEqualTo("server.cleanup cron 0 30 2 * * * Europe/Berlin");
			assertThat(schedule.missed()).isEqualTo(MissedRuns.CATCH_UP);
			assertThat(schedule.maxCatchUp()).isEqualTo(7);
			assertThat(schedule.arguments()).isEqualTo("[]");
		});
		assertThat(schedules(Plain.class).get("Plain.run")).satisfies((schedule) -> {
			assertThat(schedule.definition()).isEqualTo("Plain.run every PT10M");
			assertThat(schedule.missed()).isEqualTo(MissedRuns.RUN_ONCE);
			assertThat(schedule.maxCatchUp()).isEqualTo(100);
		});
	}

	@Test
	void thePropertiesChangeWhatTheySet() {
		assertThat(schedules(Cleanup.class, settings("server.cleanup", null, null, null, null, MissedRuns.SKIP))
			.get("server.cleanup")).satisfies((schedule) -> {
				assertThat(schedule.definition()).isEqualTo("server.cleanup cron 0 30 2 * * * Europe/Berlin");
				assertThat(schedule.missed()).isEqualTo(MissedRuns.SKIP);
				assertThat(schedule.maxCatchUp()).isEqualTo(7);
			});
		assertThat(schedules(Cleanup.class, settings("server.cleanup", null, "@daily", null, null, null))
			.get("server.cleanup")
			.definition()).isEqualTo("server.cleanup cron 0 0 0 * * * Europe/Berlin");
		assertThat(schedules(Cleanup.class, settings("server.cleanup", null, null, null, "Asia/Tokyo", null))
			.get("server.cleanup")
			.definition()).isEqualTo("server.cleanup cron 0 30 2 * * * Asia/Tokyo");
		assertThat(schedules(Cleanup.class, settings("server.cleanup", null, null, Duration.ofHours(2), null, null))
			.get("server.cleanup")
			.definition()).isEqualTo("server.cleanup every PT2H");
		assertThat(schedules(Plain.class, settings("Plain.run", null, "@hourly", null, null, null)).get("Plain.run")
			.definition()).isEqualTo("Plain.run cron 0 0 * * * * UTC");
	}

	@Test
	void thePropertiesTurnAScheduleOff() {
		assertThat(schedules(Cleanup.class,
				new ScheduleSettings("server.cleanup", false, null, null, null, null, null, null))
			.get("server.cleanup")).satisfies((schedule) -> {
				assertThat(schedule.times()).isNull();
				assertThat(schedule.definition()).isEqualTo("disabled");
			});
	}

	@Test
	void thePropertiesMayHaveSchedulesOfTheirOwnForAJobByItsNameOrAFormerOne() {
		Map<String, Schedule> schedules = schedules(Cleanup.class,
				settings("noon", "server.cleanup", "0 0 12 * * *", null, null, null),
				settings("often", "old.cleanup", null, Duration.ofSeconds(1), null, null));
		assertThat(schedules).containsOnlyKeys("server.cleanup", "noon", "often");
		assertThat(schedules.get("noon").definition()).isEqualTo("server.cleanup cron 0 0 12 * * * UTC");
		assertThat(schedules.get("often").job().name()).isEqualTo("server.cleanup");
	}

	@Test
	void itsJobsHaveTheTermsOfTheAnnotation() {
		NewJob job = schedules(Constant.class).get("Constant.run").jobAt(Instant.EPOCH);
		assertThat(job.terms().concurrencyKey()).isEqualTo("cleanup");
		assertThat(job.terms().uniqueKey()).isEqualTo("Constant.run:cleanup");
		assertThat(job.terms().tags()).containsExactly("night");
		assertThat(job.headers()).containsEntry(Schedules.NAME_HEADER, "Constant.run")
			.containsKey(Schedules.FIRE_TIME_HEADER);
	}

	@Test
	void aJobBesidesTheFireTimesIsLikeTheirsButHasNone() {
		Schedule schedule = schedules(Constant.class).get("Constant.run");
		NewJob fired = schedule.jobAt(Instant.EPOCH);
		NewJob besides = schedule.jobBesides(Instant.EPOCH);
		assertThat(besides.terms()).isEqualTo(fired.terms());
		assertThat(besides.headers()).containsEntry(Schedules.NAME_HEADER, "Constant.run")
			.doesNotContainKey(Schedules.FIRE_TIME_HEADER);
		assertThat(besides).usingRecursiveComparison().ignoringFields("id", "headers").isEqualTo(fired);
		assertThat(schedule.jobBesides(Instant.EPOCH).id()).isNotEqualTo(besides.id());
	}

	@Test
	void aScheduleWhoseKeyNeverHasAValueIsRefused() {
		assertRefused(NoKey.class, null, "The schedule 'NoKey.run' would never have a job",
				"its 'concurrencyKey' ('') is an empty text", "\"'NoKey.run'\"");
	}

	@Test
	void aScheduleThatNamesNoJobIsRefused() {
		assertRefused(Cleanup.class, settings("nightly", "server.clean", "@daily", null, null, null),
				"'aftercommit.recurring.nightly.job' (server.clean) is no job", "[server.cleanup]");
		assertRefused(Cleanup.class, settings("server.clean", null, "@daily", null, null, null),
				"'aftercommit.recurring.server.clean' has no 'job', and no @RecurringJob method",
				"Set 'aftercommit.recurring.server.clean.job' to one of [server.cleanup]", "\"[server.clean]\"");
		assertRefused(Arguments.class, settings("nightly", "Arguments.run", "@daily", null, null, null),
				"'aftercommit.recurring.nightly.job' (Arguments.run) takes 1 arguments");
		assertRefused(Cleanup.class, settings(" ", "server.cleanup", "@daily", null, null, null),
				"is no name of a schedule");
	}

	@Test
	void timesThatMakeNoSenseAreRefused() {
		String nightly = "'aftercommit.recurring.nightly.";
		assertRefused(Cleanup.class, settings("nightly", "server.cleanup", "0 0 * * *", null, null, null),
				nightly + "cron' (0 0 * * *) is no cron expression", "six fields");
		assertRefused(Cleanup.class, settings("nightly", "server.cleanup", null, null, null, null),
				"'nightly' has neither 'cron' nor 'every'", "Set " + nightly + "cron'");
		assertRefused(Cleanup.class, settings("nightly", "server.cleanup", "@daily", Duration.ofHours(1), null, null),
				nightly + "cron' (0 0 0 * * *) stands beside 'every'");
		assertRefused(Cleanup.class, settings("nightly", "server.cleanup", null, Duration.ofMillis(999), null, null),
				nightly + "every' (PT0.999S) must be between 1s and 365d");
		assertRefused(Cleanup.class, settings("nightly", "server.cleanup", null, Duration.ofDays(366), null, null),
				nightly + "every' (PT8784H) must be between 1s and 365d");
		assertRefused(Cleanup.class, settings("nightly", "server.cleanup", "@daily", null, "Europe/Berlln", null),
				nightly + "zone' (Europe/Berlln) is no time zone");
		assertRefused(Cleanup.class, settings("nightly", "server.cleanup", null, Duration.ofHours(1), "UTC", null),
				nightly + "zone' (UTC) has no effect on 'every'");
		assertRefused(Plain.class, settings("Plain.run", null, null, null, "Europe/Berlin", null),
				"'aftercommit.recurring.Plain.run.zone' (Europe/Berlin) has no effect on 'every'");
		assertRefused(Cleanup.class,
				new ScheduleSettings("nightly", true, "server.cleanup", "@daily", null, null, null, 1001),
				nightly + "max-catch-up' (1001) must be between 1 and 1000");
	}

	@Test
	void annotationsThatMakeNoSenseAreRefused() {
		assertRefused(BadCron.class, null, "'cron' of the @RecurringJob method of job 'BadCron.run' (nightly)");
		assertRefused(BadEvery.class, null, "'every' of the @RecurringJob method of job 'BadEvery.run' (10)");
		assertRefused(BadZone.class, null, "'zone' of the @RecurringJob method of job 'BadZone.run' (Berlin)");
		assertRefused(Nothing.class, null, "'Nothing.run' has neither 'cron' nor 'every'");
		assertRefused(Both.class, null, "stands beside 'every' (PT1H)");
		assertRefused(RecurringArguments.class, null, "is also @RecurringJob and has 1 parameters");
		assertRefused(Alone.class, null, "@RecurringJob method 'SchedulesTests.Alone.run' of bean",
				"is not also @BackgroundJob");
	}

	private static ScheduleSettings settings(String name, @Nullable String job, @Nullable String cron,
			@Nullable Duration every, @Nullable String zone, @Nullable MissedRuns missed) {
		return new ScheduleSettings(name, true, job, cron, every, zone, missed, null);
	}

	private static void assertRefused(Class<?> bean, @Nullable ScheduleSettings settings, String... parts) {
		assertThatExceptionOfType(JobConfigurationException.class)
			.isThrownBy(() -> schedules(bean, (settings != null) ? List.of(settings) : List.of()))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(parts));
	}

	private static Map<String, Schedule> schedules(Class<?> bean, ScheduleSettings... settings) {
		return schedules(bean, List.of(settings));
	}

	private static Map<String, Schedule> schedules(Class<?> bean, List<ScheduleSettings> settings) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			JacksonJobSerializer serializer = new JacksonJobSerializer(1000, List.of());
			context.registerBean(bean);
			context.registerBean(HandlerRegistry.class, () -> registry(context, serializer));
			context.refresh();
			Schedules schedules = new Schedules(context.getBean(HandlerRegistry.class), serializer, settings);
			schedules.afterSingletonsInstantiated();
			assertThat(schedules.descriptions()).hasSameSizeAs(schedules.all());
			return schedules.all().stream().collect(Collectors.toMap(Schedule::name, (schedule) -> schedule));
		}
	}

	// Without proxies, which this is not about: the registry is asked before they are
	// missed.
	private static HandlerRegistry registry(AnnotationConfigApplicationContext context,
			JacksonJobSerializer serializer) {
		BeanHandlerRegistry registry = new BeanHandlerRegistry(serializer::problemWith);
		registry.setBeanFactory(context.getBeanFactory());
		return (HandlerRegistry) Proxy.newProxyInstance(HandlerRegistry.class.getClassLoader(),
				new Class<?>[] { HandlerRegistry.class },
				(proxy, method, arguments) -> invoke(registry, method, arguments));
	}

	private static Object invoke(HandlerRegistry registry, Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(registry, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	static class Cleanup {

		@BackgroundJob(name = "server.cleanup", aliases = "old.cleanup")
		@RecurringJob(cron = "0 30 2 * * *", zone = "Europe/Berlin", missed = MissedRuns.CATCH_UP, maxCatchUp = 7)
		public void run(JobContext context) {
		}

	}

	static class Plain {

		@BackgroundJob
		@RecurringJob(every = "10m")
		public void run() {
		}

	}

	static class BadCron {

		@BackgroundJob
		@RecurringJob(cron = "nightly")
		public void run() {
		}

	}

	static class BadEvery {

		@BackgroundJob
		@RecurringJob(every = "10")
		public void run() {
		}

	}

	static class BadZone {

		@BackgroundJob
		@RecurringJob(cron = "@daily", zone = "Berlin")
		public void run() {
		}

	}

	static class Constant {

		@BackgroundJob(concurrencyKey = "'cleanup'", uniqueKey = "'cleanup'", tags = "'night'")
		@RecurringJob(every = "1h")
		public void run(JobContext context) {
		}

	}

	static class NoKey {

		@BackgroundJob(concurrencyKey = "''")
		@RecurringJob(every = "1h")
		public void run() {
		}

	}

	static class Nothing {

		@BackgroundJob
		@RecurringJob
		public void run() {
		}

	}

	static class Both {

		@BackgroundJob
		@RecurringJob(cron = "@daily", every = "1h")
		public void run() {
		}

	}

	static class Arguments {

		@BackgroundJob
		public void run(String argument) {
		}

	}

	static class RecurringArguments {

		@BackgroundJob
		@RecurringJob(every = "1h")
		public void run(String argument) {
		}

	}

	static class Alone {

		@RecurringJob(every = "1h")
		public void run() {
		}

	}

}
