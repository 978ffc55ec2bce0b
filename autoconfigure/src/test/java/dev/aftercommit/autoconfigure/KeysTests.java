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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.BackgroundJobs;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobState;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.RecurringJob;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.JobStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;

import static dev.aftercommit.BackgroundJobs.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an application does with keys: the examples of {@code docs/keys.md}.
 */
class KeysTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
				JobWorkersAutoConfiguration.class, JacksonAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withBean(Servers.class)
		.withPropertyValues("spring.datasource.generate-unique-name=true",
				"aftercommit.recurring[server.cleanup].enabled=false");

	@ParameterizedTest
	@ValueSource(strings = { "memory", "jdbc" })
	void twoJobsOfOneServerNeverRunBesideEachOther(String kind) {
		run(kind, (servers, jobs) -> {
			servers.start(7);
			servers.stop(7);
			await().atMost(LONG).until(() -> servers.events().size() == 4);
			assertThat(servers.events()).containsExactly("start 7", "started 7", "stop 7", "stopped 7");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "memory", "jdbc" })
	void noMoreRunThanTheLimitSays(String kind) {
		run(kind, (servers, jobs) -> {
			List<JobHandle<String>> handles = List.of(servers.render("a"), servers.render("b"), servers.render("c"),
					servers.render("d"), servers.render("e"), servers.render("f"));
			await().atMost(LONG).until(() -> servers.running() == 3);
			assertThat(handles.get(3).state()).contains(JobState.BLOCKED);
			servers.open();
			assertThat(handles).extracting((handle) -> handle.join(LONG)).containsExactly("a", "b", "c", "d", "e", "f");
			assertThat(servers.most()).isEqualTo(3);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "memory", "jdbc" })
	void asLongAsOneIsThereACallMakesNoSecondOne(String kind) {
		run(kind, (servers, jobs) -> {
			JobHandle<String> first = servers.synchronize("acme");
			JobHandle<String> second = servers.synchronize("acme");
			JobHandle<String> other = servers.synchronize("other");
			assertThat(second.id()).isEqualTo(first.id()).isNotEqualTo(other.id());
			servers.open();
			assertThat(second.join(LONG)).isEqualTo("acme");
			assertThat(other.join(LONG)).isEqualTo("other");
			assertThat(servers.synchronize("acme").id()).isNotEqualTo(first.id());
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "memory", "jdbc" })
	void onceOneHasStartedAnotherOneMayBeEnqueued(String kind) {
		run(kind, (servers, jobs) -> {
			JobHandle<String> first = servers.refresh("page");
			await().atMost(LONG).until(() -> first.state().orElseThrow() == JobState.RUNNING);
			JobHandle<String> second = servers.refresh("page");
			assertThat(second.id()).isNotEqualTo(first.id());
			servers.open();
			assertThat(List.of(first.join(LONG), second.join(LONG))).containsExactly("page", "page");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "memory", "jdbc" })
	void callsInShortSuccessionBecomeOneJobOfTheLastOne(String kind) {
		run(kind, (servers, jobs) -> {
			Index index = new Index(jobs, servers);
			JobHandle<?> first = index.changed(7, "one");
			JobHandle<?> second = index.changed(7, "two");
			JobHandle<?> last = index.changed(7, "three");
			last.join(LONG);
			assertThat(servers.events()).containsExactly("index 7 three");
			assertThat(List.of(first, second)).extracting((handle) -> handle.state().orElseThrow())
				.containsOnly(JobState.CANCELLED);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "memory", "jdbc" })
	void runsOfARecurringJobWithAKeyDontOverlap(String kind) {
		this.runner
			.withPropertyValues("aftercommit.store=" + kind, "aftercommit.recurring[server.cleanup].enabled=true",
					"aftercommit.recurring[server.cleanup].every=1s")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Servers servers = context.getBean(Servers.class);
				JobStore store = context.getBean(JobStore.class);
				await().atMost(LONG)
					.until(() -> servers.running() == 1
							&& store.directory().count().get(JobState.BLOCKED).value() >= 1);
				servers.open();
				await().atMost(LONG).until(() -> servers.events().size() >= 2);
				assertThat(servers.most()).isOne();
			});
	}

	private void run(String kind, BiConsumer<Servers, BackgroundJobs> test) {
		this.runner.withPropertyValues("aftercommit.store=" + kind).run((context) -> {
			assertThat(context).hasNotFailed();
			try {
				test.accept(context.getBean(Servers.class), context.getBean(BackgroundJobs.class));
			}
			finally {
				context.getBean(Servers.class).open();
			}
		});
	}

	static class Servers {

		private final List<String> events = new CopyOnWriteArrayList<>();

		private final CountDownLatch gate = new CountDownLatch(1);

		private final AtomicInteger running = new AtomicInteger();

		private final AtomicInteger most = new AtomicInteger();

		// tag::concurrency[]
		@BackgroundJob(name = "server.start", concurrencyKey = "'server:' + #serverId")
		public void start(long serverId) {
			bring(serverId, "start", "started");
		}

		@BackgroundJob(name = "server.stop", concurrencyKey = "'server:' + #serverId")
		public void stop(long serverId) {
			bring(serverId, "stop", "stopped");
		}
		// end::concurrency[]

		// tag::limit[]
		@BackgroundJob(name = "report.render", concurrencyKey = "'renderer'", concurrencyLimit = 3)
		public JobHandle<String> render(String report) {
			return JobHandle.completed(work(report));
		}
		// end::limit[]

		// tag::unique[]
		@BackgroundJob(name = "account.synchronize", uniqueKey = "#account")
		public JobHandle<String> synchronize(String account) {
			return JobHandle.completed(work(account));
		}
		// end::unique[]

		// tag::started[]
		@BackgroundJob(name = "page.refresh", uniqueKey = "#page", uniqueUntil = UniqueUntil.STARTED)
		public JobHandle<String> refresh(String page) {
			return JobHandle.completed(work(page));
		}
		// end::started[]

		// tag::replace[]
		@BackgroundJob(name = "index.update", uniqueKey = "#documentId", onDuplicate = OnDuplicate.REPLACE)
		public void index(long documentId, String text) {
			this.events.add("index " + documentId + " " + text);
		}
		// end::replace[]

		// tag::recurring[]
		@BackgroundJob(name = "server.cleanup", concurrencyKey = "'cleanup'")
		@RecurringJob(every = "10m")
		public void cleanUp() {
			this.events.add(work("cleanup"));
		}
		// end::recurring[]

		List<String> events() {
			return this.events;
		}

		/** Let all go on that wait within their bodies. */
		void open() {
			this.gate.countDown();
		}

		int running() {
			return this.running.get();
		}

		int most() {
			return this.most.get();
		}

		private void bring(long serverId, String from, String to) {
			this.events.add(from + " " + serverId);
			pause();
			this.events.add(to + " " + serverId);
		}

		private String work(String what) {
			int now = this.running.incrementAndGet();
			this.most.accumulateAndGet(now, Math::max);
			try {
				this.gate.await();
				return what;
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			finally {
				this.running.decrementAndGet();
			}
		}

		// Long enough that another one which should not run beside it would be seen.
		private static void pause() {
			try {
				assertThat(new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS)).isFalse();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	private record Index(BackgroundJobs jobs, Servers servers) {

		// tag::debounce[]
		JobHandle<?> changed(long documentId, String text) {
			return this.jobs.schedule(in(Duration.ofSeconds(2)), () -> this.servers.index(documentId, text));
		}
		// end::debounce[]

	}

}
