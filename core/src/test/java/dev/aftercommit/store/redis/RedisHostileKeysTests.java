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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.JobState;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.OrderResult;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;

import static dev.aftercommit.JobState.BLOCKED;
import static dev.aftercommit.JobState.ENQUEUED;
import static dev.aftercommit.JobState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Values that no script of ours wrote, where keys are: nobody has a key for ever who is
 * not there.
 */
class RedisHostileKeysTests {

	private final LettuceConnectionFactory connections = RedisStoreHarness.connect();

	private final RedisStoreHarness redis = new RedisStoreHarness(this.connections);

	private final JobStore store = this.redis.store();

	private final long node = this.store.nodes().register(new NodeInfo("node", "1", Set.of("job")));

	private long token;

	@AfterEach
	void close() {
		this.redis.close();
		this.connections.destroy();
	}

	@Test
	void aPlaceOfAJobThatIsGoneIsGivenToTheNextOne() {
		List<NewJob> jobs = enqueue(3, limited(2));
		claim();
		this.redis.execute("HDEL", this.redis.key("job"), jobs.get(0).id().toString());
		List<NewJob> later = enqueue(1, limited(2));
		assertThat(states(jobs.get(1), jobs.get(2), later.get(0))).containsExactly(RUNNING, ENQUEUED, BLOCKED);
	}

	@Test
	void aUniqueKeyOfAJobThatIsGoneIsFree() {
		NewJob gone = enqueue(1, unique(OnDuplicate.KEEP)).get(0);
		this.redis.execute("HDEL", this.redis.key("job"), gone.id().toString());
		NewJob next = job(unique(OnDuplicate.KEEP));
		assertThat(this.store.intake().enqueue(List.of(next))).isEmpty();
		assertThat(states(next)).containsExactly(ENQUEUED);
	}

	@Test
	void aSuccessorGoesOnWhenTheJobThatHadItsKeyIsGone() {
		NewJob gone = enqueue(1, unique(OnDuplicate.REPLACE)).get(0);
		claim();
		NewJob successor = enqueue(1, unique(OnDuplicate.REPLACE)).get(0);
		assertThat(states(successor)).containsExactly(BLOCKED);
		this.redis.execute("HDEL", this.redis.key("job"), gone.id().toString());
		NewJob kept = job(unique(OnDuplicate.REPLACE));
		assertThat(this.store.intake().enqueue(List.of(kept))).isEmpty();
		assertThat(states(successor, kept)).containsExactly(JobState.CANCELLED, ENQUEUED);
	}

	@Test
	void whatIsNoJobIsTakenOutOfTheLine() {
		List<NewJob> jobs = enqueue(2, limited(1));
		for (String entry : List.of("", "garbage", place(0) + UUID.randomUUID(), place(0) + jobs.get(1).id(),
				place(0) + "../../etc/passwd", "x".repeat(100_000))) {
			this.redis.execute("ZADD", this.redis.key("line:key"), "-1", entry);
		}
		succeed(claim());
		assertThat(states(jobs.get(1))).containsExactly(ENQUEUED);
		succeed(claim());
		assertThat(keys()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "line:key", "held:key", "unique:key", "blocked" })
	void aKeyOfAnotherTypeIsNobodys(String name) {
		String key = this.redis.key(name);
		this.redis.execute("SET", key, "text");
		JobTerms both = new JobTerms("key", 1, "key", UniqueUntil.FINISHED, OnDuplicate.REPLACE, List.of());
		enqueue(1, both);
		enqueue(3, limited(1));
		this.redis.execute("DEL", key);
		this.redis.execute("RPUSH", key, "a list");
		succeed(claim());
		this.redis.execute("DEL", key);
		enqueue(1, both);
		for (List<ClaimedJob> claimed = claim(); !claimed.isEmpty(); claimed = claim()) {
			succeed(claimed);
		}
		NewJob next = enqueue(1, both).get(0);
		assertThat(states(next)).containsExactly(ENQUEUED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "garbage", "1:key", "x:key F:key", "1:key X:key", "1:key F:key more", "0:key :", ":",
			": F:", "99999999999999999999:key :", "-1:key :" })
	void termsThatMakeNoSenseStopNoJob(String terms) {
		NewJob job = enqueue(1, new JobTerms("key", 1, "key", UniqueUntil.STARTED, OnDuplicate.KEEP, List.of())).get(0);
		this.redis.execute("EVAL", """
				local line = redis.call('HGET', KEYS[1], ARGV[2]):match('^([^\\n]*\\n)[^\\n]*$')
				redis.call('HSET', KEYS[1], ARGV[2], line .. ARGV[1])""", "1", this.redis.key("job"), terms,
				job.id().toString());
		assertThat(this.store.directory().find(List.of(job.id()))).hasSize(1);
		List<ClaimedJob> claimed = claim();
		assertThat(claimed).extracting(ClaimedJob::id).containsExactly(job.id());
		assertThat(claimed.get(0).arguments()).isEqualTo("[]");
		succeed(claimed);
		assertThat(this.store.orders().cancel(job.id())).isEqualTo(OrderResult.refused(JobState.SUCCEEDED));
		NewJob next = enqueue(1, limited(1)).get(0);
		assertThat(states(next)).containsExactly(ENQUEUED);
	}

	private List<NewJob> enqueue(int count, JobTerms terms) {
		List<NewJob> jobs = IntStream.range(0, count).mapToObj((i) -> job(terms)).toList();
		this.store.intake().enqueue(jobs);
		return jobs;
	}

	private static NewJob job(JobTerms terms) {
		return new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", terms.toHeaders());
	}

	private static JobTerms limited(int limit) {
		return new JobTerms("key", limit, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of());
	}

	private static JobTerms unique(OnDuplicate onDuplicate) {
		return new JobTerms(null, 1, "key", UniqueUntil.FINISHED, onDuplicate, List.of());
	}

	private List<ClaimedJob> claim() {
		return this.store.leases()
			.claim(new ClaimRequest(new Lease(this.node, ++this.token), null, Map.of(), Set.of("job"), 10))
			.jobs();
	}

	private void succeed(List<ClaimedJob> jobs) {
		assertThat(jobs).isNotEmpty();
		assertThat(this.store.leases()
			.apply(jobs.stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList()))
			.hasSameSizeAs(jobs);
	}

	private List<JobState> states(NewJob... jobs) {
		List<JobState> states = new ArrayList<>();
		for (NewJob job : jobs) {
			states.add(this.store.directory().find(List.of(job.id())).get(job.id()).state());
		}
		return states;
	}

	private List<String> keys() {
		return RedisKeys.left(this.redis);
	}

	private static String place(int place) {
		return String.format("%016d:", place);
	}

}
