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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobState;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.AbstractOverviewContractTests;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.FailureGroups;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.StoreHarness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What operators see, in Redis.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RedisOverviewContractTests extends AbstractOverviewContractTests {

	/** As many as it is told, with a millisecond between their ends. */
	private static final String MANY_DEAD = """
			for i = 1, ARGV[1] do
				local id = string.format('00000000-0000-7000-8000-%012d', i)
				redis.call('HSET', KEYS[1] .. 'job', id, 'D-f default:job 0 1 0 0 0 0 - 1:1 ' .. i .. '000 DISCARDED')
				redis.call('HSET', KEYS[1] .. 'error', id, i .. '000 type')
				redis.call('RPUSH', KEYS[1] .. 'ended:D', id)
			end""";

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "type", "text");

	private final LettuceConnectionFactory connections = RedisStoreHarness.connect();

	@AfterAll
	void close() {
		this.connections.destroy();
	}

	@Override
	protected StoreHarness newHarness() {
		return new RedisStoreHarness(this.connections);
	}

	@Test
	void nothingIsLeftOfTheTagsOfJobsThatAreForgottenByAge() {
		try (RedisStoreHarness harness = new RedisStoreHarness(this.connections)) {
			end(harness.store(), 20);
			assertThat(harness.execute("HLEN", harness.key("tags"))).isEqualTo("20");
			harness.advance(Duration.ofHours(1));
			harness.store().leases().prune(new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO), 1000);
			assertThat(keys(harness, "tag*")).isEmpty();
			assertThat(keys(harness, "failure*")).isEmpty();
			assertThat(keys(harness, "error*")).isEmpty();
		}
	}

	@Test
	void nothingIsLeftOfTheTagsOfJobsThatAreForgottenByNumber() {
		try (RedisStoreHarness harness = new RedisStoreHarness(this.connections, 3)) {
			end(harness.store(), 20);
			end(harness.store(), 20);
			assertThat(harness.execute("HLEN", harness.key("job"))).isEqualTo("3");
			assertThat(harness.execute("HLEN", harness.key("tags"))).isEqualTo("3");
			assertThat(harness.execute("ZCARD", harness.key("tag:all"))).isEqualTo("3");
			assertThat(keys(harness, "tag:*")).hasSize(4);
		}
	}

	@Test
	void jobsWithoutTagsLeaveNoTrace() {
		try (RedisStoreHarness harness = new RedisStoreHarness(this.connections)) {
			NewJob job = new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", Map.of("a", "b"));
			harness.store().intake().enqueue(List.of(job));
			assertThat(keys(harness, "tag*")).isEmpty();
			assertThat(harness.execute("HGET", harness.key("job"), job.id().toString())).startsWith("L-- ");
		}
	}

	@Test
	void ofMoreFailedJobsThanAreLookedAtTheLatestAreCounted() {
		try (RedisStoreHarness harness = new RedisStoreHarness(this.connections)) {
			harness.execute("EVAL", MANY_DEAD, "1", harness.key(""), "12000");
			assertThat(harness.store().overview().failures(Set.of(JobState.DEAD, JobState.RETRYING)))
				.containsExactly(new FailureGroup(JobState.DEAD, "job", "type", FailureGroups.LIMIT, false,
						UUID.fromString("00000000-0000-7000-8000-000000012000"), Instant.ofEpochSecond(12)));
		}
	}

	@Test
	void valuesThatNobodyWroteHideNoOtherFailure() {
		try (RedisStoreHarness harness = new RedisStoreHarness(this.connections)) {
			harness.execute("EVAL", MANY_DEAD, "1", harness.key(""), "8");
			List<String> ids = IntStream.rangeClosed(1, 8)
				.mapToObj((i) -> "00000000-0000-7000-8000-00000000000" + i)
				.toList();
			harness.execute("HSET", harness.key("error"), ids.get(0), "", ids.get(1), "x", ids.get(2), "x y",
					ids.get(3), "99999999999999999999 z");
			harness.execute("HDEL", harness.key("error"), ids.get(4));
			harness.execute("HSET", harness.key("job"), ids.get(5), "", ids.get(6), "D");
			harness.execute("RPUSH", harness.key("ended:D"), "nonsense", "");
			assertThat(harness.store().overview().failures(Set.of(JobState.DEAD)))
				.extracting(FailureGroup::name, FailureGroup::errorType, FailureGroup::count)
				.containsExactlyInAnyOrder(tuple("job", "", 3L), tuple("job", "y", 1L), tuple("job", "z", 1L),
						tuple("", "type", 1L), tuple("job", "type", 1L));
		}
	}

	/** Each after a failed attempt. */
	private static void end(JobStore store, int count) {
		long node = store.nodes().register(new NodeInfo("node", "1", Set.of("job")));
		store.intake().enqueue(IntStream.range(0, count).mapToObj((i) -> tagged("all", "own:" + i)).toList());
		for (Outcome outcome : List.of(new Outcome.Retry(Duration.ZERO, FAILURE), new Outcome.Succeeded("1"))) {
			store.leases().promote(1000);
			store.leases()
				.apply(store.leases()
					.claim(new ClaimRequest(new Lease(node, outcome.hashCode()), null, Map.of(), Set.of("job"), 1000))
					.jobs()
					.stream()
					.map((job) -> new Ending(job, outcome))
					.toList());
		}
	}

	private static NewJob tagged(String... tags) {
		return new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]",
				new JobTerms(null, 1, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of(tags)).toHeaders());
	}

	private static List<String> keys(RedisStoreHarness harness, String pattern) {
		String keys = harness.execute("EVAL", "return table.concat(redis.call('KEYS', ARGV[1]), ' ')", "0",
				harness.key(pattern));
		return keys.isEmpty() ? List.of() : List.of(keys.split(" "));
	}

}
