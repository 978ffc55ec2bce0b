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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Retention;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Values that no script of ours wrote: each hides and stops nothing but itself.
 */
class RedisHostileValuesTests {

	private static final List<String> ODD = List.of("", "x", "-1", "1e308", "nan", "-nan", "inf", "-inf", "0x7fffffff",
			"99999999999999999999", "9007199254740993.5", " 1 ", "\0", "null", "{}");

	/** Puts another word into the line that a job begins with. */
	private static final String ALTER = """
			local line, rest = redis.call('HGET', KEYS[1], ARGV[3]):match('^([^\\n]*)(.*)$')
			local words = {}
			for word in (line .. ' '):gmatch('([^ ]*) ') do
				words[#words + 1] = word
			end
			words[tonumber(ARGV[1])] = ARGV[2]
			redis.call('HSET', KEYS[1], ARGV[3], table.concat(words, ' ') .. rest)""";

	private static final int STATE = 1;

	private static final int LANE = 2;

	private static final int PRIORITY = 3;

	private static final int CRASHES = 8;

	private static final int LEASES = 9;

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
	void whatIsNoJobIsTakenOutOfTheWay() {
		List<NewJob> jobs = enqueue(20);
		String lane = lane("default", "job");
		for (String entry : List.of("", "garbage", "x".repeat(100_000), place(1) + UUID.randomUUID(),
				place(3) + id(jobs, 2).toUpperCase(Locale.ROOT), place(4) + "../../etc/passwd", place(5),
				place(6) + id(jobs, 0) + "x", "no place:" + id(jobs, 1))) {
			this.redis.execute("ZADD", lane, "-100000", entry);
			this.redis.execute("ZADD", lane, "inf", "last " + entry);
		}
		assertThat(claim(100)).extracting(ClaimedJob::id)
			.containsExactlyInAnyOrderElementsOf(jobs.stream().map(NewJob::id).toList());
		assertThat(count(JobState.ENQUEUED)).isZero();
		assertThat(this.store.directory().depths()).isEmpty();
	}

	@Test
	void oddNumbersBecomeOnesThatMakeSense() {
		List<NewJob> jobs = enqueue(ODD.size());
		for (int i = 0; i < ODD.size(); i++) {
			for (int word = PRIORITY; word <= LEASES; word++) {
				alter(jobs, i, word, ODD.get(i));
			}
		}
		alter(jobs, 0, CRASHES, "1");
		assertThat(this.store.directory().find(jobs.stream().map(NewJob::id).toList())).hasSize(jobs.size())
			.allSatisfy((id, status) -> {
				assertThat(status.state()).isEqualTo(JobState.ENQUEUED);
				assertThat(status.enqueuedAt()).isBetween(Instant.EPOCH, Instant.parse("2256-01-01T00:00:00Z"));
				assertThat(status.failure()).isNull();
			});
		assertThat(this.store.directory().depths()).hasSize(1);
		List<ClaimedJob> claimed = claim(100);
		assertThat(claimed).hasSize(jobs.size()).allSatisfy((job) -> assertThat(job.waited().isNegative()).isFalse());
		assertThat(this.store.leases()
			.apply(claimed.stream().map((job) -> new Ending(job, new Outcome.Released())).toList()))
			.hasSize(jobs.size());
		claim(100);
		this.store.nodes().end(this.node);
		// One says that it was lost once, and so comes alone.
		assertThat(this.store.leases().rescue(Duration.ofSeconds(30), 3, 100)).isEqualTo(jobs.size() - 1);
		this.redis.advance(Duration.ofMinutes(10));
		assertThat(this.store.leases().rescue(Duration.ofSeconds(30), 3, 100)).isOne();
		assertThat(count(JobState.RUNNING)).isZero();
	}

	@Test
	void aTextThatIsMissingIsAnEmptyOne() {
		String arguments = "[\"" + "x".repeat(5000) + "\"]";
		List<NewJob> jobs = enqueue(3, arguments);
		this.redis.execute("HDEL", this.redis.key("text"), id(jobs, 0), id(jobs, 1));
		List<ClaimedJob> claimed = claim(10);
		assertThat(claimed).extracting(ClaimedJob::arguments).containsExactly("", "", arguments);
		assertThat(this.store.leases()
			.apply(claimed.stream().map((job) -> new Ending(job, new Outcome.Succeeded("1"))).toList())).hasSize(3);
		assertThat(this.redis.execute("KEYS", this.redis.key("text"))).isEqualTo("[]");
	}

	@Test
	void headersThatNobodyWroteStopNoClaim() {
		List<String> texts = List.of("%", "%zz=%\n[]", "&&==&=\n[]", "=a\n[]", "%00=%00\n[]", "\n\n\n", "a=b", "\u0000",
				"x".repeat(1_000_000), "a=b&".repeat(10_000) + "\n[]");
		List<NewJob> jobs = enqueue(texts.size());
		for (int i = 0; i < texts.size(); i++) {
			this.redis.execute("HSET", this.redis.key("text"), id(jobs, i), texts.get(i));
		}
		assertThat(claim(100)).hasSize(texts.size());
	}

	@Test
	void oneJobThatWaitsTwiceIsClaimedOnce() {
		List<NewJob> jobs = enqueue(2);
		this.redis.execute("ZADD", lane("default", "job"), "-1", place(9) + id(jobs, 0), "5",
				"no place at all :" + id(jobs, 1));
		assertThat(claim(10)).extracting(ClaimedJob::id).containsExactly(jobs.get(0).id(), jobs.get(1).id());
		assertThat(count(JobState.RUNNING)).isEqualTo(2);
		assertThat(count(JobState.ENQUEUED)).isZero();
	}

	@Test
	void aRunningJobThatSomebodyLetsWaitAgainHasOneOutcome() {
		List<NewJob> jobs = enqueue(1);
		ClaimedJob first = claim(1).get(0);
		this.redis.execute("ZADD", lane("default", "job"), "0", place(1) + id(jobs, 0));
		this.redis.execute("SADD", this.redis.key("queues"), "default");
		this.redis.execute("SADD", this.redis.key("names:default"), "job");
		long other = this.store.nodes().register(new NodeInfo("other", "1", Set.of("job")));
		ClaimedJob second = this.store.leases()
			.claim(new ClaimRequest(new Lease(other, 1), null, Map.of(), Set.of("job"), 10))
			.jobs()
			.get(0);
		assertThat(this.store.leases().apply(List.of(new Ending(second, new Outcome.Succeeded("2"))))).hasSize(1);
		assertThat(this.store.leases().apply(List.of(new Ending(first, new Outcome.Succeeded("1"))))).isEmpty();
		assertThat(find(jobs, 0).result()).isEqualTo("2");
		assertThat(count(JobState.RUNNING)).isZero();
	}

	@Test
	void aJobWaitsUnderItsOwnNameAndQueueWhateverTheEntrySays() {
		List<NewJob> jobs = enqueue(2);
		this.redis.execute("ZREM", lane("default", "job"), place(1) + id(jobs, 0));
		alter(jobs, 0, LANE, "default:nobody");
		this.redis.execute("ZADD", lane("default", "job"), "-1", place(1) + id(jobs, 0));
		this.redis.execute("ZADD", lane("other", "job"), "-1", place(2) + id(jobs, 1));
		this.redis.execute("SADD", this.redis.key("queues"), "other");
		this.redis.execute("SADD", this.redis.key("names:other"), "job");
		List<ClaimedJob> claimed = new ArrayList<>(claim(10));
		claimed.addAll(claim(10));
		assertThat(claimed).singleElement().satisfies((job) -> {
			assertThat(job.id()).isEqualTo(jobs.get(1).id());
			assertThat(job.queue()).isEqualTo("default");
		});
		assertThat(find(jobs, 0).state()).isEqualTo(JobState.ENQUEUED);
		assertThat(count(JobState.ENQUEUED)).isEqualTo(1);
	}

	@Test
	void aJobWithoutALaneComesBackNowhereAndStopsNoOther() {
		List<NewJob> jobs = enqueue(5);
		List<ClaimedJob> claimed = claim(3);
		alter(jobs, 0, LANE, "");
		alter(jobs, 1, LANE, "nowhere");
		this.store.nodes().end(this.node);
		assertThat(this.store.leases().rescue(Duration.ofSeconds(30), 3, 10)).isEqualTo(1);
		assertThat(this.store.directory().find(jobs.stream().map(NewJob::id).toList()))
			.containsOnlyKeys(jobs.get(2).id(), jobs.get(3).id(), jobs.get(4).id());
		assertThat(this.store.leases()
			.apply(claimed.stream().map((job) -> new Ending(job, new Outcome.Succeeded("1"))).toList())).isEmpty();
		assertThat(count(JobState.RUNNING)).isZero();
		assertThat(claim(10)).hasSize(3);
	}

	@Test
	void leasesOfWhatIsNotRunningAreDropped() {
		List<NewJob> jobs = enqueue(3);
		claim(1);
		String lease = this.redis.key("lease:4711");
		this.redis.execute("HSET", lease, UUID.randomUUID().toString(), "1", "garbage", "x", id(jobs, 0), "1",
				id(jobs, 1), "nan");
		this.redis.execute("SADD", this.redis.key("leased"), "4711", "garbage");
		assertThat(this.store.leases().reclaim(4711, Set.of(), 2)).isZero();
		assertThat(this.store.leases().rescue(Duration.ofSeconds(30), 3, 10)).isZero();
		assertThat(this.store.leases().rescue(Duration.ofSeconds(30), 3, 10)).isZero();
		assertThat(find(jobs, 0).state()).isEqualTo(JobState.RUNNING);
		assertThat(find(jobs, 1).state()).isEqualTo(JobState.ENQUEUED);
		assertThat(count(JobState.RUNNING)).isEqualTo(1);
	}

	@Test
	void pruningAndPromotingTouchOnlyWhatIsThere() {
		List<NewJob> jobs = enqueue(2);
		NewJob later = new NewJob(UUID.randomUUID(), "job", "default", 0, JobTime.in(Duration.ofHours(1)), "[]",
				Map.of());
		this.store.intake().enqueue(List.of(later));
		for (String state : List.of("S", "D", "C")) {
			this.redis.execute("RPUSH", this.redis.key("ended:" + state), id(jobs, 0), "garbage");
		}
		this.redis.execute("ZADD", this.redis.key("scheduled"), "1", "garbage", "2", place(1) + id(jobs, 0));
		this.redis.execute("ZADD", this.redis.key("retrying"), "1", place(9) + later.id());
		Duration day = Duration.ofDays(1);
		this.store.leases().prune(new Retention(day, day, day), 10);
		assertThat(this.store.leases().promote(10)).isZero();
		assertThat(find(jobs, 0).state()).isEqualTo(JobState.ENQUEUED);
		assertThat(claim(10)).hasSize(2);
		this.redis.advance(Duration.ofHours(2));
		assertThat(this.store.leases().promote(10)).isEqualTo(1);
	}

	@Test
	void aRecordThatCanNotBeReadHidesThatJobOnly() {
		List<String> records = List.of("", "x", "L", "L--", "L-- ", "L--  default:job 0 1 1 1 0 0 -\n[]",
				"L-- default:job", "L-- default:job\n[]", "l-- default:job 0 1 1 1 0 0 -\n[]",
				"S-- default:job 0 1 1 1 0 0 - 1:1 1 -\n", "D-- default:job\n", "\n", " ",
				"L-- :default:job 0 1 1 1 0 0 -\n[]", "x".repeat(100_000), " ".repeat(100_000),
				"L-- default:job".repeat(10_000));
		List<NewJob> jobs = enqueue(records.size() + 1);
		for (int i = 0; i < records.size(); i++) {
			this.redis.execute("HSET", this.redis.key("job"), id(jobs, i), records.get(i));
		}
		NewJob last = jobs.get(records.size());
		assertThat(claim(100)).extracting(ClaimedJob::id).containsExactly(last.id());
		assertThat(this.store.directory().find(jobs.stream().map(NewJob::id).toList())).containsKey(last.id());
		assertThat(jobs).filteredOn((job) -> this.store.directory().arguments(job.id()).isPresent()).contains(last);
		jobs.subList(0, records.size()).forEach((job) -> this.store.directory().cancel(job.id()));
		this.store.intake().enqueue(jobs);
		this.store.nodes().end(this.node);
		assertThat(this.store.leases().rescue(Duration.ofSeconds(30), 3, 100)).isEqualTo(1);
		assertThat(claim(100)).extracting(ClaimedJob::id).containsExactly(last.id());
	}

	@Test
	void aStateThatNobodyKnowsHidesThatJobOnly() {
		List<NewJob> jobs = enqueue(3);
		alter(jobs, 0, STATE, "P--");
		this.redis.execute("HSET", this.redis.key("job"), id(jobs, 1), "no job");
		assertThat(this.store.directory().find(jobs.stream().map(NewJob::id).toList()))
			.containsOnlyKeys(jobs.get(2).id());
		assertThat(this.store.directory().cancel(jobs.get(0).id())).isFalse();
		assertThat(this.store.directory().cancel(jobs.get(1).id())).isFalse();
		this.store.intake().enqueue(jobs);
		assertThat(claim(10)).extracting(ClaimedJob::id).containsExactly(jobs.get(2).id());
	}

	private List<NewJob> enqueue(int count) {
		return enqueue(count, "[]");
	}

	private List<NewJob> enqueue(int count, String arguments) {
		List<NewJob> jobs = IntStream.range(0, count)
			.mapToObj((i) -> new NewJob(UUID.randomUUID(), "job", "default", 0, null, arguments, Map.of()))
			.toList();
		this.store.intake().enqueue(jobs);
		return jobs;
	}

	private List<ClaimedJob> claim(int limit) {
		return this.store.leases()
			.claim(new ClaimRequest(new Lease(this.node, ++this.token), null, Map.of(), Set.of("job"), limit))
			.jobs();
	}

	private long count(JobState state) {
		Count count = this.store.directory().count().get(state);
		assertThat(count.exact()).isTrue();
		return count.value();
	}

	private JobStatus find(List<NewJob> jobs, int index) {
		UUID id = jobs.get(index).id();
		return this.store.directory().find(List.of(id)).get(id);
	}

	private void alter(List<NewJob> jobs, int index, int word, String value) {
		this.redis.execute("EVAL", ALTER, "1", this.redis.key("job"), Integer.toString(word), value, id(jobs, index));
	}

	private String lane(String queue, String name) {
		return this.redis.key("ready:" + queue + ":" + name);
	}

	private static String id(List<NewJob> jobs, int index) {
		return jobs.get(index).id().toString();
	}

	private static String place(int place) {
		return String.format("%016d:", place);
	}

}
