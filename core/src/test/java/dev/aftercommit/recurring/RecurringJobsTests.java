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

import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.serialization.JacksonJobSerializer;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The thread, and what it does beside firing.
 */
class RecurringJobsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final JobStore store = Mockito.spy(new MemoryJobStore(Clock.systemUTC()));

	private final LocalWorkers workers = Mockito.mock(LocalWorkers.class);

	private final List<UUID> announced = new CopyOnWriteArrayList<>();

	private JobTerms terms = JobTerms.NONE;

	private RecurringJobs jobs = jobs(List.of());

	@AfterEach
	void stop() {
		this.jobs.stop();
	}

	@Test
	void withoutSchedulesThereIsNoThreadAndNoCallOfTheStore() {
		this.jobs.start();
		assertThat(this.jobs.isRunning()).isFalse();
		Mockito.verifyNoInteractions(this.store);
	}

	@Test
	void whatIsDueIsEnqueuedWorkersAreWokenUpAndListenersTold() {
		this.jobs = jobs(List.of(everySecond()));
		this.jobs.start();
		assertThat(this.jobs.isRunning()).isTrue();
		await().atMost(PATIENCE).until(() -> this.announced.size() >= 2);
		assertThat(this.store.directory().find(this.announced).values()).hasSizeGreaterThanOrEqualTo(2)
			.allSatisfy((status) -> {
				assertThat(status.state()).isEqualTo(JobState.ENQUEUED);
				assertThat(status.name()).isEqualTo("server.cleanup");
			});
		Mockito.verify(this.workers, Mockito.atLeast(2)).wakeUp();
	}

	@Test
	void listenersAreNotToldOfAFireTimeWhoseJobWasNotWrittenBecauseAnotherOneIsKept() {
		this.terms = new JobTerms(null, 1, "cleanup", UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of());
		this.jobs = jobs(List.of(everySecond()));
		this.jobs.start();
		await().atMost(PATIENCE).untilAsserted(() -> Mockito.verify(this.workers, Mockito.atLeast(3)).wakeUp());
		assertThat(this.announced).hasSize(1);
		assertThat(this.store.directory().find(this.announced)).hasSize(1);
	}

	@Test
	void afterAStopNothingIsFiredAndItCanBeStartedAgain() {
		this.jobs = jobs(List.of(everySecond()));
		this.jobs.start();
		await().atMost(PATIENCE).until(() -> !this.announced.isEmpty());
		this.jobs.stop();
		assertThat(this.jobs.isRunning()).isFalse();
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.doesNotContain("aftercommit-recurring");
		int fired = this.announced.size();
		this.jobs.start();
		await().atMost(PATIENCE).until(() -> this.announced.size() > fired);
	}

	@Test
	void aStopWithACallbackCallsIt() {
		List<String> calls = new CopyOnWriteArrayList<>();
		this.jobs.stop(() -> calls.add("not running"));
		this.jobs = jobs(List.of(everySecond()));
		this.jobs.start();
		this.jobs.stop(() -> calls.add("stopped"));
		await().atMost(PATIENCE).until(() -> calls.equals(List.of("not running", "stopped")));
	}

	private static ScheduleSettings everySecond() {
		return new ScheduleSettings("often", true, "server.cleanup", null, Duration.ofSeconds(1), null, null, null);
	}

	private RecurringJobs jobs(List<ScheduleSettings> settings) {
		JobListener broken = new JobListener() {

			@Override
			public void enqueued(Job job) {
				throw new IllegalStateException("planted");
			}

		};
		JobListener good = new JobListener() {

			@Override
			public void enqueued(Job job) {
				RecurringJobsTests.this.announced.add(job.id());
			}

		};
		return new RecurringJobs(this.store, this.workers,
				new Schedules(new OneHandler(this.terms), new JacksonJobSerializer(1000, List.of()), settings),
				List.of(broken, good), Duration.ofSeconds(30), System::nanoTime);
	}

	private static final class OneHandler implements HandlerRegistry {

		private final JobHandler handler = Mockito.mock(JobHandler.class);

		OneHandler(JobTerms terms) {
			Mockito.when(this.handler.name()).thenReturn("server.cleanup");
			Mockito.when(this.handler.queue()).thenReturn("default");
			Mockito.when(this.handler.terms(Mockito.any())).thenReturn(terms);
			Mockito.when(this.handler.recurrence()).thenReturn(Optional.empty());
		}

		@Override
		public Optional<JobHandler> find(String name) {
			return Optional.of(this.handler);
		}

		@Override
		public Optional<JobHandler> find(Class<?> targetClass, Method method) {
			return Optional.empty();
		}

		@Override
		public Collection<JobHandler> handlers() {
			return List.of(this.handler);
		}

		@Override
		public Set<String> names() {
			return Set.of("server.cleanup");
		}

	}

}
