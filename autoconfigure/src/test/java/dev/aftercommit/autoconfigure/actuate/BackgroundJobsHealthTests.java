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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import dev.aftercommit.autoconfigure.AftercommitAutoConfiguration;
import dev.aftercommit.autoconfigure.JobStoreAutoConfiguration;
import dev.aftercommit.autoconfigure.JobWorkersAutoConfiguration;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.OutboxDepth;
import dev.aftercommit.store.memory.MemoryJobStore;
import dev.aftercommit.worker.WorkerStatus;
import dev.aftercommit.worker.Workers;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class BackgroundJobsHealthTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final Duration STUCK = Duration.ofSeconds(70);

	private final AtomicLong nanos = new AtomicLong();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
				JobWorkersAutoConfiguration.class, BackgroundJobsHealthAutoConfiguration.class))
		.withPropertyValues("aftercommit.store=memory");

	@Test
	void aNodeWhoseHeartbeatIsAcceptedIsUp() {
		Health health = health(status(true, false, Duration.ofSeconds(3)));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("store", "memory of this JVM")
			.containsEntry("workers", "running")
			.containsEntry("slots", 10)
			.containsEntry("running", 2)
			.containsEntry("lastHeartbeat", "3000 ms ago")
			.doesNotContainKey("ignoringInterruption");
	}

	@Test
	void aNodeThatIsStoppingIsOutOfService() {
		assertThat(health(status(true, true, Duration.ZERO)).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health(status(false, false, null)).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	void aNodeWhoseHeartbeatWasNotAcceptedForALeaseIsDown() {
		assertThat(health(status(true, false, LEASE)).getStatus()).isEqualTo(Status.UP);
		assertThat(health(status(true, false, LEASE.plusMillis(1))).getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	void aNodeThatHasNeverReachedItsStoreIsDownAfterALease() {
		WorkerStatus status = status(true, false, null);
		BackgroundJobsHealthIndicator indicator = indicator(status);
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		this.nanos.addAndGet(LEASE.toNanos() + 1);
		assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	void anOutboxIsShownAndWhatIsStuckInItIsDown() {
		Health health = health(new OutboxDepth(new Count(7, true), STUCK));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("outbox", "7 jobs").containsEntry("oldestInOutbox", "70000 ms");
		health = health(new OutboxDepth(new Count(10_000, false), STUCK.plusMillis(1)));
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("outbox", "more than 10000 jobs").containsKey("problem");
	}

	private Health health(OutboxDepth depth) {
		JobStore store = mock(JobStore.class);
		given(store.description()).willReturn("Redis");
		given(store.outbox()).willReturn(Optional.of(depth));
		return new BackgroundJobsHealthIndicator(store, null, LEASE, STUCK, this.nanos::get).health();
	}

	@Test
	void bodiesThatIgnoreInterruptionAreNamed() {
		UUID id = UUID.randomUUID();
		WorkerStatus status = new WorkerStatus(true, false, 1L, Duration.ZERO, false, true, 10, 2, 2, 0, 0,
				List.of(new WorkerStatus.InterruptedBody(id, "report", 3, Instant.parse("2026-11-24T07:00:00Z"))));
		assertThat(health(status).getDetails().get("ignoringInterruption"))
			.isEqualTo(List.of("report " + id + ", attempt 3, interrupted at 2026-11-24T07:00:00Z"));
	}

	@Test
	void aNodeThatOnlyEnqueuesIsUp() {
		this.runner.withPropertyValues("aftercommit.worker.enabled=false").run((context) -> {
			Health health = context.getBean(BackgroundJobsHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("workers", "none on this node");
		});
	}

	@Test
	void isCalledBackgroundJobs() {
		this.runner.run((context) -> {
			assertThat(context).hasBean("backgroundJobsHealthIndicator");
			await().atMost(LEASE)
				.untilAsserted(
						() -> assertThat(context.getBean(BackgroundJobsHealthIndicator.class).health().getDetails())
							.containsKey("lastHeartbeat"));
		});
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues("management.health.backgroundjobs.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(BackgroundJobsHealthIndicator.class));
	}

	@Test
	void isNotThereWithoutHealthOrJobs() {
		new ApplicationContextRunner().withUserConfiguration(Everything.class)
			.withPropertyValues("aftercommit.store=memory")
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Workers.class)
				.doesNotHaveBean("backgroundJobsHealthIndicator"));
		this.runner.withPropertyValues("aftercommit.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(BackgroundJobsHealthIndicator.class));
	}

	private Health health(WorkerStatus status) {
		return indicator(status).health();
	}

	private BackgroundJobsHealthIndicator indicator(WorkerStatus status) {
		Workers workers = mock(Workers.class);
		given(workers.status()).willReturn(status);
		return new BackgroundJobsHealthIndicator(new MemoryJobStore(Clock.systemUTC()), workers, LEASE, STUCK,
				this.nanos::get);
	}

	private static WorkerStatus status(boolean running, boolean draining, Duration heartbeatAge) {
		return new WorkerStatus(running, draining, 1L, heartbeatAge, false, true, 10, 3, 2, 0, 0, List.of());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
			JobWorkersAutoConfiguration.class, BackgroundJobsHealthAutoConfiguration.class })
	static class Everything {

	}

}
