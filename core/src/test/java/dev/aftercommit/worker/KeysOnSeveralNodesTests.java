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

package dev.aftercommit.worker;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.JobHandle;
import dev.aftercommit.JobState;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.store.memory.MemoryJobStore;
import dev.aftercommit.store.redis.RedisJobStore;
import dev.aftercommit.store.redis.RedisStoreSettings;
import dev.aftercommit.testing.RedisServer;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs with keys, called in transactions on three nodes at the same moment.
 */
class KeysOnSeveralNodesTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final int NODES = 3;

	private final List<WholeEngine> nodes = new ArrayList<>();

	private final ExecutorService callers = Executors.newFixedThreadPool(20);

	private HikariDataSource pool;

	@BeforeEach
	void begin() {
		KeyedJobs.begin();
	}

	@AfterEach
	void end() throws InterruptedException {
		KeyedJobs.begin();
		this.callers.shutdown();
		assertThat(this.callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		this.nodes.forEach(WholeEngine::close);
		this.pool.close();
	}

	@ParameterizedTest
	@EnumSource
	void ofTwentyPairsTheSecondRunsAfterTheFirstAndNeverBesideIt(Kind kind) throws Exception {
		start(kind);
		List<Future<?>> calls = new ArrayList<>();
		IntStream.range(0, 20).forEach((server) -> calls.add(this.callers.submit(() -> {
			WholeEngine node = this.nodes.get(server % NODES);
			inTransaction(node, () -> node.bean(KeyedJobs.class).boot(server));
			inTransaction(node, () -> node.bean(KeyedJobs.class).terminate(server));
		})));
		for (Future<?> call : calls) {
			call.get();
		}
		await().atMost(LONG).until(() -> KeyedJobs.EVENTS.size() == 80);
		for (long server = 0; server < 20; server++) {
			assertThat(KeyedJobs.eventsOf(server)).containsExactly("begin boot " + server, "end boot " + server,
					"begin terminate " + server, "end terminate " + server);
		}
		assertAllSucceeded(40);
	}

	@ParameterizedTest
	@EnumSource
	void fortyJobsOfOneKeyRunOneAfterTheOtherInTheOrderOfTheirCommits(Kind kind) {
		start(kind);
		for (int number = 0; number < 40; number++) {
			int current = number;
			WholeEngine node = this.nodes.get(number % NODES);
			inTransaction(node, () -> node.bean(KeyedJobs.class).number(current));
		}
		await().atMost(LONG).until(() -> KeyedJobs.EVENTS.size() == 80);
		assertThat(KeyedJobs.EVENTS).containsExactlyElementsOf(IntStream.range(0, 40)
			.boxed()
			.flatMap((number) -> Stream.of("begin number " + number, "end number " + number))
			.toList());
		assertAllSucceeded(40);
	}

	@ParameterizedTest
	@EnumSource
	void twentyCallersOfOneUniqueKeyAtTheSameMomentGetOneJob(Kind kind) throws Exception {
		start(kind);
		CountDownLatch gate = KeyedJobs.close();
		List<Future<JobHandle<String>>> calls = new ArrayList<>();
		CyclicBarrier together = new CyclicBarrier(20);
		for (int caller = 0; caller < 20; caller++) {
			WholeEngine node = this.nodes.get(caller % NODES);
			calls.add(this.callers.submit(() -> {
				together.await();
				return node.transaction.execute((status) -> synchronize(node));
			}));
		}
		List<JobHandle<String>> handles = new ArrayList<>();
		for (Future<JobHandle<String>> call : calls) {
			handles.add(call.get());
		}
		gate.countDown();
		assertThat(handles).extracting((handle) -> handle.join(LONG)).containsOnly("done acme");
		assertThat(handles.stream().map(JobHandle::id).distinct()).hasSize(1);
		assertThat(KeyedJobs.EVENTS).containsExactly("synchronize acme");
		assertAllSucceeded(1);
	}

	private static JobHandle<String> synchronize(WholeEngine node) {
		try {
			return node.bean(KeyedJobs.class).synchronize("acme");
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void assertAllSucceeded(long jobs) {
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(this.nodes.get(0).store.directory().count().get(JobState.SUCCEEDED).value())
				.isEqualTo(jobs));
	}

	private static void inTransaction(WholeEngine node, Body body) {
		node.transaction.executeWithoutResult((status) -> {
			try {
				body.run();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private void start(Kind kind) {
		this.pool = ((kind == Kind.POSTGRESQL) ? TestDatabases.postgres() : TestDatabases.h2Memory()).pool(30);
		Clock clock = Clock.systemUTC();
		JobStore shared = switch (kind) {
			case MEMORY -> new MemoryJobStore(clock);
			case REDIS -> redis();
			case H2, POSTGRESQL -> null;
		};
		for (int node = 0; node < NODES; node++) {
			JobStore store = (shared != null) ? shared
					: new JdbcJobStore(this.pool, this.pool, JdbcStoreSettings.DEFAULTS);
			this.nodes.add(new WholeEngine(store, this.pool, KeyedJobs.class, (settings) -> settings));
		}
	}

	private static JobStore redis() {
		RedisServer server = RedisServer.instance();
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(server.host(), server.port());
		if (server.password() != null) {
			configuration.setPassword(server.password());
		}
		LettuceConnectionFactory connections = new LettuceConnectionFactory(configuration);
		connections.afterPropertiesSet();
		connections.start();
		return new RedisJobStore(connections,
				new RedisStoreSettings("keys-" + UUID.randomUUID(), RedisStoreSettings.DEFAULTS.historyLimit()));
	}

	enum Kind {

		MEMORY, H2, POSTGRESQL, REDIS

	}

	@FunctionalInterface
	private interface Body {

		void run() throws InterruptedException;

	}

}
