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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.aftercommit.JobState;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs of one key on several nodes: they come one after the other, in their order,
 * without anybody's doing.
 */
class KeyedJobsTests {

	private static final int SERVERS = 20;

	private final Queue<String> ran = new ConcurrentLinkedQueue<>();

	private final Set<String> busy = ConcurrentHashMap.newKeySet();

	private final Queue<String> overlaps = new ConcurrentLinkedQueue<>();

	static Stream<TestDatabase> databases() {
		return Stream.of(TestDatabases.postgres(), TestDatabases.h2Memory());
	}

	@ParameterizedTest(autoCloseArguments = false)
	@MethodSource("databases")
	void aBurstOfPairsRunsOneAfterTheOtherAndWhatIsCalledTwiceOnce(TestDatabase database) {
		try (database;
				HikariDataSource pool = database.pool(10);
				WorkersHarness harness = new WorkersHarness(new JdbcJobStore(pool, pool, JdbcStoreSettings.DEFAULTS))) {
			handle(harness);
			harness.start();
			harness.start();
			List<UUID> jobs = new ArrayList<>();
			for (int server = 0; server < SERVERS; server++) {
				jobs.add(harness.enqueue(job("boot", server)));
				NewJob terminate = job("terminate", server);
				NewJob again = job("terminate", server);
				jobs.add(harness.enqueue(terminate));
				Map<UUID, UUID> kept = harness.store.intake().enqueue(List.of(again));
				assertThat(kept).isIn(Map.of(), Map.of(again.id(), terminate.id()));
			}
			jobs.forEach((job) -> harness.awaitState(job, JobState.SUCCEEDED));
			await().atMost(WorkersHarness.PATIENCE)
				.untilAsserted(
						() -> assertThat(harness.store.directory().count().get(JobState.BLOCKED).value()).isZero());
			assertThat(this.overlaps).isEmpty();
			for (int server = 0; server < SERVERS; server++) {
				String suffix = " " + server;
				assertThat(this.ran.stream().filter((run) -> run.endsWith(suffix)).limit(2))
					.containsExactly("boot" + suffix, "terminate" + suffix);
			}
		}
	}

	@ParameterizedTest(autoCloseArguments = false)
	@MethodSource("databases")
	void aJobOfANodeThatDiesKeepsItsPlaceAndTheNextOneWaitsForIt(TestDatabase database) {
		try (database;
				HikariDataSource pool = database.pool(10);
				WorkersHarness harness = new WorkersHarness(new JdbcJobStore(pool, pool, JdbcStoreSettings.DEFAULTS))) {
			handle(harness);
			NewJob boot = job("boot", 1);
			NewJob terminate = job("terminate", 1);
			harness.enqueue(boot);
			harness.enqueue(terminate);
			dieWith(harness.store.real, boot);
			harness.start((settings) -> settings.lease(Duration.ofSeconds(2), Duration.ofMillis(200)));
			harness.awaitState(terminate.id(), JobState.SUCCEEDED);
			assertThat(this.ran).containsExactly("boot 1", "terminate 1");
			assertThat(harness.status(boot.id()).attempts()).isEqualTo(2);
		}
	}

	private static void dieWith(JobStore store, NewJob job) {
		long node = store.nodes().register(new NodeInfo("dying", "", Set.of("boot")));
		store.leases().settle(10);
		assertThat(store.leases().claim(new ClaimRequest(new Lease(node, 1), null, Map.of(), Set.of("boot"), 1)).jobs())
			.extracting(ClaimedJob::id)
			.containsExactly(job.id());
	}

	private void handle(WorkersHarness harness) {
		for (String name : List.of("boot", "terminate")) {
			harness.handlers.add(name, (server, context) -> {
				if (!this.busy.add(server)) {
					this.overlaps.add(server);
				}
				this.ran.add(name + " " + server);
				// Something that takes a while.
				harness.store.directory().count();
				this.busy.remove(server);
				return null;
			});
		}
	}

	private static NewJob job(String name, int server) {
		NewJob job = WorkersHarness.job("default", name, Integer.toString(server), null);
		JobTerms terms = new JobTerms("server:" + server, 1, name + ":" + server, UniqueUntil.FINISHED,
				OnDuplicate.KEEP, List.of());
		return new NewJob(job.id(), name, job.queue(), job.priority(), null, job.arguments(), terms.toHeaders());
	}

}
