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

package dev.aftercommit.autoconfigure.dashboard;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.FailureGroups;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NameDepths;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where there is more than is counted, the pages say so by a plus sign, and where there
 * is not, they don't.
 */
class MoreThanIsCountedTests {

	private static final Outcome DEAD = new Outcome.Dead(DeadReason.ATTEMPTS_SPENT,
			new Failure(AttemptOutcome.FAILED, "java.io.IOException", "text"));

	private ConfigurableApplicationContext context;

	private JobStore store;

	@BeforeEach
	void start() {
		this.context = DashboardApplication.start(List.of(), "aftercommit.dashboard.insecure=true");
		this.store = this.context.getBean(JobStore.class);
	}

	@AfterEach
	void stop() {
		this.context.close();
	}

	@Test
	void ofDeadJobs() {
		die(FailureGroups.LIMIT);
		assertThat(page("/failures")).contains(">5,000</td>", ">Retry 5,000 jobs</a>").doesNotContain("5,000+");
		die(1);
		assertThat(page("/failures")).contains(">5,000+</td>", ">Retry 5,000+ jobs</a>");
		assertThat(page("")).contains(">5,001 dead jobs.</a>", "<span>5,000+ jobs</span>");
		assertThat(page("/orders?action=retry&state=DEAD&name=gone.job")).contains("Retry the first 1,000 jobs?");
	}

	@Test
	void ofJobsThatNoLiveNodeCanRun() {
		enqueue("gone.job", NameDepths.LIMIT);
		assertThat(page("/nodes")).contains(">1,000 jobs</td>");
		assertThat(page("")).contains("No live node can run 1,000 jobs.", "<span>1,000 jobs</span>");
		enqueue("gone.job", 1);
		assertThat(page("/nodes")).contains(">1,000+ jobs</td>");
		assertThat(page("")).contains("No live node can run 1,000+ jobs.", "<span>1,000+ jobs</span>");
	}

	@Test
	void ofNamesThatNoLiveNodeKnows() {
		IntStream.range(0, NameDepths.MOST - 1).forEach((i) -> enqueue("gone." + i, 1));
		assertThat(page("")).contains("No live node can run 99 jobs.");
		enqueue("gone.99", 1);
		enqueue("gone.100", 1);
		assertThat(page("")).contains("No live node can run 100+ jobs.");
	}

	private void die(int jobs) {
		enqueue("gone.job", jobs);
		long node = this.store.nodes().register(new NodeInfo("once", "1.0", Set.of("gone.job")));
		for (int token = 0; token * 1000 < jobs; token++) {
			List<ClaimedJob> claimed = this.store.leases()
				.claim(new ClaimRequest(new Lease(node, token), null, Map.of(), Set.of("gone.job"), 1000))
				.jobs();
			this.store.leases().apply(claimed.stream().map((job) -> new Ending(job, DEAD)).toList());
		}
		this.store.nodes().end(node);
	}

	private void enqueue(String name, int jobs) {
		this.store.intake()
			.enqueue(IntStream.range(0, jobs)
				.mapToObj((i) -> new NewJob(UUID.randomUUID(), name, "default", 0, null, "[]", Map.of()))
				.toList());
	}

	private String page(String path) {
		this.context.getBean(Readings.class).forget();
		return new PlainBrowser(DashboardApplication.base(this.context) + "/background-jobs", "").get(path).body();
	}

}
