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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobFlow;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.Words;
import dev.aftercommit.testing.RedisProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What decision 6 says that a user of Redis needs is enough, and without it somebody is
 * told.
 */
class RedisLeastPrivilegeTests {

	/** As in {@code docs/decisions/0006-redis-keys.md}. */
	private static final String RIGHTS = "~{aftercommit}* &{aftercommit}* -@all +del +exists +expire +get +hdel +hgetall"
			+ " +hincrby +hkeys +hlen +hmget +hset +incrby +llen +lrange +lrem +ltrim +rpush +sadd +scard +set +smembers +srandmember"
			+ " +srem +time +zadd +zcard +zmscore +zrange +zrangebyscore +zrem +zremrangebyrank +zremrangebyscore +zscore"
			+ " +eval +evalsha +publish +subscribe +unsubscribe +info +wait +ping +hello +auth +client +quit";

	@Test
	void aUserWithTheStoresKeysAndCommandsOnlyIsEnough() {
		try (RedisProcess redis = RedisProcess.start()) {
			assertThat(redis.tell("ACL SETUSER jobs on >secret " + RIGHTS)).startsWith("+OK");
			LettuceConnectionFactory connections = connect(redis);
			try (RedisJobStore store = new RedisJobStore(connections, RedisStoreSettings.DEFAULTS)) {
				everythingOnce(store);
				everythingOfKeysOnce(store);
				failuresOnce(store);
			}
			finally {
				connections.destroy();
			}
		}
	}

	@Test
	void aUserWithoutTheRightToOneKeyIsToldSo() {
		try (RedisProcess redis = RedisProcess.start()) {
			redis.tell("ACL SETUSER jobs on >secret " + RIGHTS.replace("~{aftercommit}", "~{other}"));
			LettuceConnectionFactory connections = connect(redis);
			try (RedisJobStore store = new RedisJobStore(connections, RedisStoreSettings.DEFAULTS)) {
				assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> store.directory().count())
					.withMessageContaining("this user of Redis may not do that");
			}
			finally {
				connections.destroy();
			}
		}
	}

	private static LettuceConnectionFactory connect(RedisProcess redis) {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("127.0.0.1", redis.port());
		configuration.setUsername("jobs");
		configuration.setPassword("secret");
		return RedisStoreHarness.started(new LettuceConnectionFactory(configuration));
	}

	private static void everythingOnce(RedisJobStore store) {
		long node = store.nodes().register(new NodeInfo("node", "1", Set.of("job")));
		JobLeases leases = store.leases();
		List<NewJob> jobs = List.of(job(null), job(null), job(null), job(JobTime.in(Duration.ofMillis(1))));
		store.intake().enqueue(jobs);
		ClaimedJob first = claim(leases, node, 1).get(0);
		leases.note(List.of(new Words(first.id(), first.lease(), 1, null, List.of("said"))));
		assertThat(leases.apply(List.of(new Ending(first, new Outcome.Succeeded("1"))))).hasSize(1);
		assertThat(store.directory().words(first.id()).log()).containsExactly("said");
		assertThat(store.directory().attempts(first.id())).hasSize(1);
		assertThat(store.directory().arguments(jobs.get(1).id())).isPresent();
		assertThat(claim(leases, node, 1)).hasSize(1);
		assertThat(leases.reclaim(node, Set.of(), Long.MAX_VALUE)).isEqualTo(1);
		assertThat(claim(leases, node, 1)).hasSize(1);
		assertThat(store.nodes().heartbeat(node)).isTrue();
		assertThat(store.nodes().quiet(node)).isTrue();
		assertThat(store.nodes().resume(node)).isTrue();
		store.auditTrail()
			.append(new AuditNote("operator", "retry", AuditEntry.Kind.MANY, "all", "DONE", List.of(first.id())));
		assertThat(store.auditTrail().about(AuditEntry.Kind.JOB, first.id().toString(), 1)).hasSize(1);
		store.nodes().end(node);
		assertThat(leases.rescue(Duration.ofSeconds(30), 3, 10)).isEqualTo(1);
		assertThat(store.directory().attempts(jobs.get(1).id())).hasSize(1);
		await().atMost(Duration.ofSeconds(60)).until(() -> leases.promote(10) == 1);
		assertThat(store.directory().cancel(jobs.get(2).id())).isTrue();
		assertThat(store.directory().find(jobs.stream().map(NewJob::id).toList())).hasSize(4);
		assertThat(store.directory().count().get(JobState.ENQUEUED).value()).isEqualTo(2);
		assertThat(store.directory().depths()).hasSize(1);
		assertThat(store.orders().delete(jobs.get(2).id()).isDone()).isTrue();
		assertThat(store.nodes().orders(node).cancellations()).isEmpty();
		assertThat(leases.prune(new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO), 10)).isEqualTo(1);
		store.flow().add(Map.of("default", new JobFlow.Counts(4, 1, 0, 0, 1)));
		assertThat(store.flow().read().recent().enqueued()).isEqualTo(4);
		assertThat(store.description()).startsWith("Redis ");
		assertThat(store.durability().incarnation()).isPresent();
		AtomicInteger heard = new AtomicInteger();
		store.wakeUps().listen(heard::incrementAndGet);
		await().atMost(Duration.ofSeconds(60)).until(() -> {
			store.wakeUps().send();
			return heard.get() > 0;
		});
		Recurrence row = store.recurrences().agree(Map.of("s", "d"), Duration.ZERO).get("s");
		assertThat(store.recurrences()
			.fire(new FireRequest("s", "d", row.last(), row.last().plusNanos(1000), List.of(job(null))))
			.accepted()).isTrue();
		assertThat(store.recurrences().pause("s")).isTrue();
		assertThat(store.recurrences().resume("s")).isTrue();
	}

	private static void everythingOfKeysOnce(RedisJobStore store) {
		long node = store.nodes().register(new NodeInfo("node", "1", Set.of("job")));
		JobTerms terms = new JobTerms("key", 1, "key", UniqueUntil.FINISHED, OnDuplicate.REPLACE, List.of("tag"));
		List<NewJob> jobs = IntStream.range(0, 3)
			.mapToObj((i) -> new NewJob(UUID.randomUUID(), "job", "keyed", i, null, "[]", terms.toHeaders()))
			.toList();
		store.intake().enqueue(jobs.subList(0, 2));
		Lease lease = new Lease(node, 1);
		ClaimRequest request = new ClaimRequest(lease, Set.of("keyed"), Map.of(), Set.of("job"), 10);
		List<ClaimedJob> claimed = store.leases().claim(request).jobs();
		assertThat(claimed).hasSize(1);
		store.intake().enqueue(jobs.subList(2, 3));
		assertThat(store.directory().count().get(JobState.BLOCKED).value()).isOne();
		assertThat(store.leases().apply(List.of(new Ending(claimed.get(0), new Outcome.Succeeded(null))))).hasSize(1);
		assertThat(store.orders().cancel(jobs.get(2).id()).isDone()).isTrue();
	}

	private static void failuresOnce(RedisJobStore store) {
		long node = store.nodes().register(new NodeInfo("node", "1", Set.of("job")));
		store.intake().enqueue(List.of(job(null)));
		Failure failure = new Failure(AttemptOutcome.FAILED, "type", "text");
		ClaimedJob job = claim(store.leases(), node, 1).get(0);
		store.leases().apply(List.of(new Ending(job, new Outcome.Retry(Duration.ofHours(1), failure))));
		assertThat(store.overview().failures(Set.of(JobState.DEAD, JobState.RETRYING))).hasSize(1);
	}

	private static NewJob job(JobTime time) {
		return new NewJob(UUID.randomUUID(), "job", "default", 0, time, "[]", Map.of());
	}

	private static List<ClaimedJob> claim(JobLeases leases, long node, int limit) {
		Lease lease = new Lease(node, UUID.randomUUID().getLeastSignificantBits() >>> 20);
		return leases.claim(new ClaimRequest(lease, null, Map.of(), Set.of("job"), limit)).jobs();
	}

}
