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

package dev.aftercommit.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.testing.RedisProcess;
import dev.aftercommit.testing.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A server that is full, forgets its scripts, is killed, or takes no writes.
 */
class RedisTroubleTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Test
	void aFullRedisTakesNothingOfACallAndSaysSoAndWorkersEmptyIt() {
		try (World world = new World("--maxmemory", "12mb", "--maxmemory-policy", "noeviction")) {
			List<UUID> taken = new ArrayList<>();
			List<NewJob> refused = fill(world, taken);
			assertThat(taken).isNotEmpty();
			assertThat(world.store.directory().find(refused.stream().map(NewJob::id).toList())).isEmpty();
			// Nodes live, start and work on.
			assertThat(world.store.nodes().heartbeat(world.node)).isTrue();
			long late = world.store.nodes().register(new NodeInfo("late", "1", Set.of("job")));
			assertThat(world.store.nodes().heartbeat(late)).isTrue();
			List<UUID> done = new ArrayList<>();
			for (List<ClaimedJob> jobs = world.claim(100); !jobs.isEmpty(); jobs = world.claim(100)) {
				done.addAll(world.succeed(jobs));
			}
			assertThat(done).containsExactlyInAnyOrderElementsOf(taken);
			world.store.intake().enqueue(refused);
			assertThat(world.claim(1000)).hasSize(refused.size());
		}
	}

	private static List<NewJob> fill(World world, List<UUID> taken) {
		for (int i = 0; i < 10_000; i++) {
			List<NewJob> jobs = world.jobs(50, "x".repeat(2000));
			try {
				world.store.intake().enqueue(jobs);
				jobs.forEach((job) -> taken.add(job.id()));
			}
			catch (JobStoreException ex) {
				assertThat(ex).hasMessageContaining("Redis is full").hasMessageContaining("'maxmemory'");
				return jobs;
			}
		}
		throw new AssertionError("Redis was never full");
	}

	@Test
	void aServerThatForgotItsScriptsIsToldThemAgain() {
		try (World world = new World()) {
			for (int i = 0; i < 3; i++) {
				world.redis.tell("SCRIPT FLUSH");
				world.store.intake().enqueue(world.jobs(2, "[]"));
				world.redis.tell("SCRIPT FLUSH");
				assertThat(world.succeed(world.claim(10))).hasSize(2);
			}
		}
	}

	@Test
	@Tag("full")
	void aKilledServerIsAnOutageAndItsLeasesHoldAfterIt() {
		try (World world = new World(RedisStoreSettings.DEFAULTS, Duration.ofSeconds(1), "--appendonly", "yes",
				"--appendfsync", "always")) {
			world.store.intake().enqueue(world.jobs(20, "[]"));
			List<ClaimedJob> claimed = world.claim(10);
			world.redis.kill();
			assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> world.claim(10))
				.withMessageStartingWith("The job store could not claim jobs: ");
			assertThatExceptionOfType(JobStoreException.class)
				.isThrownBy(() -> world.store.intake().enqueue(world.jobs(1, "[]")));
			world.redis.restart();
			await().atMost(PATIENCE).ignoreException(JobStoreException.class).until(() -> {
				world.store.directory().count();
				return true;
			});
			assertThat(world.succeed(claimed)).hasSize(10);
			assertThat(world.store.leases().reclaim(world.node, Set.of(), Long.MAX_VALUE)).isZero();
			assertThat(world.claim(100)).hasSizeGreaterThanOrEqualTo(10);
			assertThat(world.store.directory().count().get(JobState.SUCCEEDED).value()).isEqualTo(10);
		}
	}

	@Test
	void whatAnInterruptedClaimTookIsReclaimed() {
		try (World world = new World()) {
			world.store.intake().enqueue(world.jobs(10, "[]"));
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> world.claim(10));
			assertThat(Thread.interrupted()).isTrue();
			assertThat(world.store.leases().reclaim(world.node, Set.of(), Long.MAX_VALUE)
					+ world.store.directory().count().get(JobState.ENQUEUED).value())
				.isGreaterThanOrEqualTo(10);
			assertThat(world.claim(100)).hasSize(10).extracting(ClaimedJob::attempt).containsOnly(1);
		}
	}

	@Test
	void whoUsesAStoreAfterItsConnectionsAreClosedIsToldSo() {
		World world = new World();
		world.close();
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> world.claim(1))
			.withMessageStartingWith("The job store could not claim jobs: ");
	}

	@Test
	void aReplicaIsToldFromAPrimary() {
		try (World world = new World()) {
			world.redis.tell("REPLICAOF 127.0.0.1 " + RedisProcess.freePort());
			assertThatExceptionOfType(JobStoreException.class)
				.isThrownBy(() -> world.store.intake().enqueue(world.jobs(1, "[]")))
				.withMessageContaining("this Redis is a replica");
		}
	}

	@Test
	void whatIsTooMuchForOneCallIsRefusedBeforeAnythingIsWritten() {
		try (World world = new World()) {
			NewJob job = world.jobs(1, "[]").get(0);
			assertThatExceptionOfType(JobStoreException.class)
				.isThrownBy(() -> world.store.intake().enqueue(Collections.nCopies(100_001, job)))
				.withMessageContaining("'jobs' (100001 in one call)");
			assertThat(world.store.directory().count().get(JobState.ENQUEUED).value()).isZero();
			world.store.intake().enqueue(world.jobs(100_000, "[]"));
			assertThat(world.store.directory().count().get(JobState.ENQUEUED).exact()).isFalse();
			assertThat(world.claim(1000)).hasSize(1000);
		}
	}

	@Test
	void jobsWhoseNamesAreUnknownCostAClaimNothing() {
		try (World world = new World()) {
			world.store.intake().enqueue(world.jobs(200, "[]"));
			world.redis.tell("CONFIG RESETSTAT");
			assertThat(world.claim(100)).hasSize(100);
			long alone = world.commands();
			for (int i = 0; i < 10; i++) {
				world.store.intake()
					.enqueue(IntStream.range(0, 20_000)
						.mapToObj((j) -> new NewJob(UUID.randomUUID(), "unknown-" + j % 5_000, "default", -1, null,
								"[]", Map.of()))
						.toList());
			}
			world.redis.tell("CONFIG RESETSTAT");
			assertThat(world.claim(100)).hasSize(100);
			assertThat(world.commands()).isBetween(alone / 2, alone + 20);
		}
	}

	@Test
	@Tag("full")
	void nothingGrowsWithWhatHasGoneThrough() {
		try (World world = new World(new RedisStoreSettings("aftercommit", 2_000), TIMEOUT)) {
			for (int i = 0; i < 50; i++) {
				world.round(1000);
			}
			long keys = world.number("DBSIZE", ":(\\d+)");
			long bytes = world.number("INFO memory", "used_memory_dataset:(\\d+)");
			for (int i = 0; i < 50; i++) {
				world.round(1000);
			}
			// Of each of three states: jobs, and but for the cancelled, texts and
			// failures.
			assertThat(world.number("DBSIZE", ":(\\d+)")).isBetween(keys - 100, keys + 100).isLessThan(7 * 2_000 + 300);
			assertThat(world.number("INFO memory", "used_memory_dataset:(\\d+)")).isLessThan(bytes + bytes / 5);
			assertThat(bytes).isLessThan(10_000_000);
		}
	}

	private static final class World implements AutoCloseable {

		private final RedisProcess redis;

		private final LettuceConnectionFactory connections;

		private final JobStore store;

		private final long node;

		private long token;

		private World(String... settings) {
			this(RedisStoreSettings.DEFAULTS, TIMEOUT, settings);
		}

		/**
		 * A world.
		 * @param timeout how long to wait for an answer
		 */
		private World(RedisStoreSettings store, Duration timeout, String... settings) {
			this.redis = RedisProcess.start(settings);
			this.connections = RedisStoreHarness.connect(new RedisServer("127.0.0.1", this.redis.port(), null),
					timeout);
			this.store = new RedisJobStore(this.connections, store);
			this.node = this.store.nodes().register(new NodeInfo("node", "1", Set.of("job")));
		}

		List<NewJob> jobs(int count, String arguments) {
			return IntStream.range(0, count)
				.mapToObj((i) -> new NewJob(UUID.randomUUID(), "job", "default", 0, null, arguments, Map.of()))
				.toList();
		}

		List<ClaimedJob> claim(int limit) {
			return claim(this.node, limit);
		}

		private List<ClaimedJob> claim(long by, int limit) {
			return this.store.leases()
				.claim(new ClaimRequest(new Lease(by, ++this.token), null, Map.of(), Set.of("job"), limit))
				.jobs();
		}

		Set<UUID> succeed(List<ClaimedJob> jobs) {
			return this.store.leases()
				.apply(jobs.stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList());
		}

		/** Jobs go through, in all the ways there are. */
		void round(int count) {
			long own = this.store.nodes().register(new NodeInfo("round", "1", Set.of("job")));
			List<NewJob> jobs = jobs(count, "[\"" + "x".repeat(200) + "\"]");
			this.store.intake().enqueue(jobs);
			jobs.subList(count - 100, count).forEach((job) -> this.store.directory().cancel(job.id()));
			List<ClaimedJob> claimed = claim(own, count);
			List<Ending> endings = new ArrayList<>();
			for (int i = 0; i < claimed.size(); i++) {
				endings.add(new Ending(claimed.get(i), outcome(i)));
			}
			assertThat(this.store.leases().apply(endings)).hasSize(count - 100);
			this.store.leases().promote(count);
			claim(own, count);
			this.store.nodes().end(own);
			while (this.store.leases().rescue(Duration.ofSeconds(30), 1, 1000) > 0) {
				assertThat(this.store.nodes().heartbeat(own)).isFalse();
			}
		}

		private static Outcome outcome(int i) {
			Failure failure = new Failure(AttemptOutcome.FAILED, "java.lang.Exception", "x".repeat(200));
			return switch (i % 10) {
				case 0 -> new Outcome.Retry(Duration.ZERO, failure);
				case 1 -> new Outcome.Dead(DeadReason.DISCARDED, failure);
				case 2 -> new Outcome.Released();
				case 3 -> new Outcome.Succeeded("\"" + "x".repeat(100) + "\"");
				default -> new Outcome.Succeeded(null);
			};
		}

		/** How many commands were called since the last reset, by scripts too. */
		long commands() {
			long calls = 0;
			Matcher matcher = Pattern.compile("calls=(\\d+)").matcher(this.redis.tell("INFO commandstats"));
			while (matcher.find()) {
				calls += Long.parseLong(matcher.group(1));
			}
			return calls;
		}

		long number(String command, String pattern) {
			Matcher matcher = Pattern.compile(pattern).matcher(this.redis.tell(command));
			assertThat(matcher.find()).isTrue();
			return Long.parseLong(matcher.group(1));
		}

		@Override
		public void close() {
			((RedisJobStore) this.store).close();
			this.connections.destroy();
			this.redis.close();
		}

	}

}
