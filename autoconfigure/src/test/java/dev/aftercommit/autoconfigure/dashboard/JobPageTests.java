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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobProgress;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.Paging;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Words;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the page of a job says of its attempts, those that were and those to come.
 */
class JobPageTests {

	private static final String OUTLOOK = "If it goes on failing";

	private static ConfigurableApplicationContext context;

	private static JobOperations operations;

	private static JobStore store;

	private static PlainBrowser browser;

	@BeforeAll
	static void start() {
		context = DashboardApplication.start(List.of(), "aftercommit.dashboard.insecure=true",
				"aftercommit.retry.max-attempts=2", "aftercommit.retry.initial-interval=10m",
				"aftercommit.worker.poll-interval=50ms");
		operations = context.getBean(JobOperations.class);
		store = context.getBean(JobStore.class);
		browser = new PlainBrowser(DashboardApplication.base(context) + "/background-jobs", "");
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@Test
	void attemptsAreCountedAndThoseToComeAreDrawn() {
		UUID job = fails("counted");
		assertThat(page(job)).contains("<dd>1 of 2</dd>", OUTLOOK, "attempt 2");
		dies(job);
		assertThat(page(job)).contains("<dd>2 of 2</dd>").doesNotContain(OUTLOOK);
	}

	@Test
	void attemptsBeforeAnOperatorsRetryCountNoLonger() {
		UUID job = fails("retried");
		dies(job);
		Map<String, String> form = browser.fields("/jobs/" + job);
		form.put("action", "retry");
		assertThat(browser.post("/jobs/" + job, form, "Sec-Fetch-Site", "same-origin").statusCode()).isEqualTo(303);
		await(job, JobState.RETRYING, 3);
		assertThat(page(job))
			.contains("<dd>3 <span class=\"soft\">An operator", "could be tried 2 times more from there")
			.doesNotContain("3 of 2", OUTLOOK);
	}

	@Test
	void anOrderAboutManyJobsIsARetryOfEachAndOneThatWasRefusedIsNone() {
		UUID job = fails("many");
		store.auditTrail()
			.append(new AuditNote("operator", "retry", AuditEntry.Kind.JOB, job.toString(), "REFUSED", List.of()));
		assertThat(page(job)).contains("<dd>1 of 2</dd>", OUTLOOK);
		store.auditTrail()
			.append(new AuditNote("operator", "retry", AuditEntry.Kind.MANY, "all that are dead",
					"DONE 1, REQUESTED 0, REFUSED 0", List.of(job)));
		assertThat(page(job)).contains("retry let it begin anew").doesNotContain("1 of 2", OUTLOOK);
	}

	/** The application itself can have a job tried again: nobody notes that. */
	@Test
	void moreAttemptsThanAreAllowedAreNotOfThese() {
		UUID job = fails("more");
		dies(job);
		operations.retry(job);
		await(job, JobState.RETRYING, 3);
		assertThat(page(job)).contains("<dd>3 <span class=\"soft\">More than the 2 that its handler allows")
			.doesNotContain("3 of 2", OUTLOOK);
	}

	@Test
	void whatHasNeverFailedDoesNotGoOnFailing() {
		operations.pauseQueue("default");
		try {
			context.getBean(DashboardApplication.Work.class).run("fresh");
			assertThat(page(find("fresh").id())).contains("<dd>0 of 2</dd>").doesNotContain(OUTLOOK);
		}
		finally {
			operations.resumeQueue("default");
		}
	}

	@Test
	void progressIsThatOfTheLastAttemptWhereNoneRuns() {
		long node = store.nodes().register(new NodeInfo("other", "1", Set.of("elsewhere")));
		NewJob job = new NewJob(UUID.randomUUID(), "elsewhere", "default", 0, null, "[]", Map.of());
		store.intake().enqueue(List.of(job));
		ClaimedJob claimed = store.leases()
			.claim(new ClaimRequest(new Lease(node, 1), null, Map.of(), Set.of("elsewhere"), 1))
			.jobs()
			.get(0);
		store.leases().note(List.of(new Words(job.id(), claimed.lease(), 1, new JobProgress(3, 10), List.of())));
		assertThat(page(job.id())).contains("<progress max=\"10\" value=\"3\"", "3 of 10")
			.doesNotContain("Last attempt");
		Failure failure = new Failure(AttemptOutcome.FAILED, "Type", "text");
		store.leases().apply(List.of(new Ending(claimed, new Outcome.Retry(Duration.ofMinutes(5), failure))));
		assertThat(page(job.id())).contains("Last attempt: 3 of 10").doesNotContain("<progress");
	}

	private static UUID fails(String tag) {
		context.getBean(DashboardApplication.Work.class).fail("planted", tag);
		UUID job = find(tag).id();
		await(job, JobState.RETRYING, 1);
		return job;
	}

	private static void dies(UUID job) {
		operations.runNow(job);
		await(job, JobState.DEAD, 2);
	}

	private static JobSnapshot find(String tag) {
		return operations.list(JobFilter.all().tag(tag), Paging.newestFirst(1)).jobs().get(0);
	}

	private static void await(UUID job, JobState state, int attempts) {
		Awaitility.await()
			.until(() -> operations.find(job).orElseThrow(),
					(found) -> found.state() == state && found.attempts() == attempts);
	}

	private static String page(UUID job) {
		return browser.get("/jobs/" + job).body();
	}

}
