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

package dev.aftercommit.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import dev.aftercommit.MissedRuns;
import dev.aftercommit.autoconfigure.AftercommitProperties.Store;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class AftercommitPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(Settings.class);

	@Test
	void defaultsAreThoseOfTheContract() {
		this.runner.run((context) -> {
			AftercommitProperties properties = context.getBean(AftercommitProperties.class);
			assertThat(properties.enabled()).isTrue();
			assertThat(properties.store()).isEqualTo(Store.AUTO);
			assertThat(properties.queues()).isEmpty();
			assertThat(properties.recurring()).isEmpty();
			assertThat(properties.worker())
				.isEqualTo(new AftercommitProperties.Worker(true, 10, Set.of("*"), Duration.ofSeconds(1),
						Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(20), true, 3));
			assertThat(properties.worker().servedQueues()).isNull();
			assertThat(properties.retry())
				.isEqualTo(new AftercommitProperties.Retry(10, Duration.ofSeconds(5), 2, Duration.ofHours(1), 0.2));
			assertThat(properties.retention()).isEqualTo(
					new AftercommitProperties.Retention(Duration.ofDays(1), Duration.ofDays(30), Duration.ofDays(1)));
			assertThat(properties.payload().maxSize()).isEqualTo(DataSize.ofKilobytes(256));
			assertThat(properties.jdbc()).isEqualTo(new AftercommitProperties.Jdbc("aftercommit_", null, true, true));
			assertThat(properties.redis())
				.isEqualTo(new AftercommitProperties.Redis("aftercommit", true, Duration.ofSeconds(10), 100_000));
		});
	}

	@Test
	void everyOneCanBeSet() {
		this.runner
			.withPropertyValues("aftercommit.enabled=false", "aftercommit.store=memory",
					"aftercommit.worker.enabled=false", "aftercommit.worker.concurrency=3",
					"aftercommit.worker.queues=mail,bulk", "aftercommit.worker.poll-interval=50ms",
					"aftercommit.worker.lease=9s", "aftercommit.worker.heartbeat=3s",
					"aftercommit.worker.shutdown-timeout=0s", "aftercommit.worker.local-dispatch=false",
					"aftercommit.worker.max-crashes=1", "aftercommit.queues.mail.concurrency=2",
					"aftercommit.queues.mail.weight=3", "aftercommit.queues.mail.rate-limit=100/1m",
					"aftercommit.retry.max-attempts=1", "aftercommit.retry.initial-interval=0s",
					"aftercommit.retry.multiplier=1", "aftercommit.retry.max-interval=1m", "aftercommit.retry.jitter=0",
					"aftercommit.retention.succeeded=1h", "aftercommit.retention.dead=2h",
					"aftercommit.retention.cancelled=3h", "aftercommit.payload.max-size=1MB",
					"aftercommit.jdbc.table-prefix=jobs_", "aftercommit.jdbc.schema=app",
					"aftercommit.jdbc.initialize-schema=false", "aftercommit.jdbc.notify=false",
					"aftercommit.redis.key-prefix=shop:jobs", "aftercommit.redis.outbox=false",
					"aftercommit.redis.outbox-grace=1m", "aftercommit.redis.history-limit=5000",
					"aftercommit.recurring[server.cleanup].enabled=false", "aftercommit.recurring.nightly.job=a",
					"aftercommit.recurring.nightly.cron=@daily", "aftercommit.recurring.nightly.zone=Europe/Berlin",
					"aftercommit.recurring.nightly.missed=catch-up", "aftercommit.recurring.nightly.max-catch-up=3",
					"aftercommit.recurring.often.every=90s")
			.run((context) -> assertThat(context.getBean(AftercommitProperties.class))
				.isEqualTo(new AftercommitProperties(false, Store.MEMORY,
						new AftercommitProperties.Worker(false, 3, Set.of("mail", "bulk"), Duration.ofMillis(50),
								Duration.ofSeconds(9), Duration.ofSeconds(3), Duration.ZERO, false, 1),
						Map.of("mail", new AftercommitProperties.Queue(2, 3, "100/1m")),
						new AftercommitProperties.Retry(1, Duration.ZERO, 1, Duration.ofMinutes(1), 0),
						new AftercommitProperties.Retention(Duration.ofHours(1), Duration.ofHours(2),
								Duration.ofHours(3)),
						new AftercommitProperties.Payload(DataSize.ofMegabytes(1)),
						new AftercommitProperties.Jdbc("jobs_", "app", false, false),
						new AftercommitProperties.Redis("shop:jobs", false, Duration.ofMinutes(1), 5000),
						Map.of("server.cleanup",
								new AftercommitProperties.Recurring(false, null, null, null, null, null, null),
								"nightly",
								new AftercommitProperties.Recurring(true, "a", "@daily", null, "Europe/Berlin",
										MissedRuns.CATCH_UP, 3),
								"often", new AftercommitProperties.Recurring(true, null, null, Duration.ofSeconds(90),
										null, null, null)))));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					worker.concurrency=-1 | 'aftercommit.worker.concurrency' (-1) must be between 1 and 10000.
					worker.concurrency=10001 | 'aftercommit.worker.concurrency' (10001) must be between 1 and 10000.
					worker.queues= | 'aftercommit.worker.queues' ([]) names no queue.
					worker.queues=*,mail | has "*" beside names.
					worker.poll-interval=9ms | 'aftercommit.worker.poll-interval' (9ms) must be between 10ms and 1h.
					worker.poll-interval=2h | 'aftercommit.worker.poll-interval' (2h) must be between 10ms and 1h.
					worker.lease=999ms | 'aftercommit.worker.lease' (999ms) must be between 1s and 1h.
					worker.heartbeat=0s | 'aftercommit.worker.heartbeat' (0ms) must be between 10ms and 1h.
					worker.heartbeat=11s | 'aftercommit.worker.heartbeat' (11s) must be at most a third of 'aftercommit.worker.lease' (30s)
					worker.shutdown-timeout=-1s | 'aftercommit.worker.shutdown-timeout' (-1s) must be between 0ms and 1h.
					worker.max-crashes=0 | 'aftercommit.worker.max-crashes' (0) must be between 1 and 1000.
					queues.mail.weight=0 | 'aftercommit.queues.mail.weight' (0) must be between 1 and 100.
					queues.mail.weight=101 | 'aftercommit.queues.mail.weight' (101) must be between 1 and 100.
					queues.mail.rate-limit=100 | 'aftercommit.queues.mail.rate-limit' (100) can't be kept: '100' is not a number, a slash and a duration
					queues.mail.rate-limit=0/1m | 'aftercommit.queues.mail.rate-limit' (0/1m) can't be kept: 'starts' (0) must be between 1 and 1000000
					queues.mail.concurrency=0 | 'aftercommit.queues.mail.concurrency' (0) must be between 1 and 10000.
					retry.max-attempts=0 | 'aftercommit.retry.max-attempts' (0) must be between 1 and 10000.
					retry.initial-interval=-1s | 'aftercommit.retry.initial-interval' (-1s) must not be negative.
					retry.multiplier=0.9 | 'aftercommit.retry.multiplier' (0.9) must be between 1 and 1000.
					retry.max-interval=4s | 'aftercommit.retry.max-interval' (4s) must not be shorter than 'aftercommit.retry.initial-interval' (5s).
					retry.max-interval=400d | 'aftercommit.retry.max-interval' (400d) must be at most 365d.
					retry.jitter=1.5 | 'aftercommit.retry.jitter' (1.5) must be between 0 and 1.
					retention.succeeded=0s | 'aftercommit.retention.succeeded' (0ms) must be more than zero
					retention.dead=-1d | 'aftercommit.retention.dead' (-1d) must be more than zero
					retention.cancelled=0s | 'aftercommit.retention.cancelled' (0ms) must be more than zero
					payload.max-size=10MB | 'aftercommit.payload.max-size' (10MB) must be between 1B and 1MB.
					payload.max-size=1025KB | 'aftercommit.payload.max-size' (1025KB) must be between 1B and 1MB.
					payload.max-size=0B | 'aftercommit.payload.max-size' (0B) must be between 1B and 1MB.
					jdbc.table-prefix=a-b | 'aftercommit.jdbc.table-prefix' (a-b) must be a letter or underscore
					jdbc.schema=x;drop | 'aftercommit.jdbc.schema' (x;drop) must be a letter or underscore
					redis.key-prefix=a{b} | 'aftercommit.redis.key-prefix' (a{b}) must be 1 to 64 letters, digits,
					redis.outbox-grace=999ms | 'aftercommit.redis.outbox-grace' (999ms) must be between 1s and 1h.
					redis.outbox-grace=2h | 'aftercommit.redis.outbox-grace' (2h) must be between 1s and 1h.
					redis.history-limit=999 | 'aftercommit.redis.history-limit' (999) must be between 1000 and 100000000.
					""")
	void aSettingThatMakesNoSenseFailsTheStartAndSaysWhatToChange(String setting, String problem) {
		this.runner.withPropertyValues("aftercommit." + setting).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = new SettingFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(problem);
			assertThat(analysis.getAction()).endsWith(".").matches("(Set|Use|Name) .*");
		});
	}

	@Test
	void aHeartbeatLongerThanTheLeaseIsAnsweredWithBothWaysOut() {
		this.runner.withPropertyValues("aftercommit.worker.heartbeat=1m").run((context) -> {
			FailureAnalysis analysis = new SettingFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getAction()).isEqualTo("Set 'aftercommit.worker.heartbeat' to at most 10s, or"
					+ " 'aftercommit.worker.lease' to at least 3m.");
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(AftercommitProperties.class)
	static class Settings {

	}

}
