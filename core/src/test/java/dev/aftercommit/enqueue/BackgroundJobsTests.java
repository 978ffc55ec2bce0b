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

package dev.aftercommit.enqueue;

import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.BackgroundJobs;
import dev.aftercommit.CurrentJob;
import dev.aftercommit.JobArgumentException;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobOptions;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.VoidJobCall;
import dev.aftercommit.handler.BeanHandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.JobTerms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What a call of an annotated method becomes, plain and within a lambda.
 */
class BackgroundJobsTests {

	private Scenario scenario;

	private BackgroundJobs jobs;

	@BeforeEach
	void begin() {
		this.scenario = new Scenario(MatrixSetup.simplest());
		this.jobs = this.scenario.backgroundJobs;
	}

	@AfterEach
	void end() {
		this.scenario.close();
	}

	@Test
	void aPlainCallReturnsWhatItsMethodSays() {
		MatrixJobs bean = this.scenario.jobs;
		JobHandle<String> handle = bean.answer("handle");
		CompletableFuture<String> promise = bean.promise("promise");
		Future<String> future = bean.future("future");
		bean.note("void");
		assertThat(handle.id().version()).isEqualTo(7);
		assertThat(promise).isNotDone();
		assertThat(future).isNotDone();
		assertThat(this.scenario.claimAll()).extracting(ClaimedJob::name)
			.containsExactly("answer", "promise", "future", "note");
	}

	@Test
	void theLambdaGetsTheHandleThatItsCallerGets() {
		AtomicReference<JobHandle<String>> inside = new AtomicReference<>();
		JobHandle<String> handle = this.jobs.enqueue(() -> {
			inside.set(this.scenario.jobs.answer("a"));
			return inside.get();
		});
		assertThat(inside.get()).isNotNull().isSameAs(handle);
	}

	@Test
	void theRunOfAJobReachesItsBodyAndWhatThatReturns() throws Throwable {
		JobHandler handler = this.scenario.world.context.getBean(BeanHandlerRegistry.class)
			.find("answer")
			.orElseThrow();
		Object returned = handler.invoke(new Object[] { "a" }, mock(JobContext.class));
		assertThat(returned).isInstanceOfSatisfying(JobHandle.class,
				(handle) -> assertThat(handle.join(Duration.ofSeconds(1))).isEqualTo("a"));
		assertThat(this.scenario.claimAll()).isEmpty();
	}

	@Test
	void aCallWithoutAResultHasAHandleToo() {
		JobHandle<?> handle = this.jobs.enqueue(() -> this.scenario.jobs.note("a"));
		assertThat(this.scenario.claimAll()).extracting(ClaimedJob::id).containsExactly(handle.id());
	}

	@Test
	void aHandleThatWasSeenInALambdaThatFailedIsToldSo() {
		AtomicReference<JobHandle<String>> seen = new AtomicReference<>();
		assertThatIllegalStateException().isThrownBy(() -> this.jobs.enqueue((VoidJobCall) () -> {
			seen.set(this.scenario.jobs.answer("a"));
			throw new IllegalStateException("expected");
		}));
		assertThat(seen.get().future()).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.withMessageContaining("the lambda that called it failed");
	}

	@Test
	void whatALambdaCallsAfterAnotherOneInsideItIsItsOwn() {
		this.jobs.enqueue(JobOptions.options().queue("outer"), () -> {
			this.jobs.enqueue(JobOptions.options().queue("inner"), () -> this.scenario.call("inner"));
			this.scenario.call("outer");
		});
		assertThat(this.scenario.claimAll()).extracting(ClaimedJob::queue).containsExactlyInAnyOrder("inner", "outer");
	}

	@Test
	void aScheduledCallIsNotDueAndOneThatIsScheduledForNowIs() {
		JobHandle<String> later = this.jobs.schedule(JobTime.in(Duration.ofHours(1)),
				() -> this.scenario.jobs.answer("later"));
		JobHandle<String> now = this.jobs.schedule(JobTime.in(Duration.ZERO), () -> this.scenario.jobs.answer("now"));
		assertThat(later.state()).contains(JobState.SCHEDULED);
		assertThat(now.state()).contains(JobState.ENQUEUED);
		assertThat(this.scenario.claimAll()).extracting(ClaimedJob::id).containsExactly(now.id());
	}

	@Test
	void theOneCallIsEnqueuedWithItsOptions() {
		JobHandle<String> handle = this.jobs.enqueue(JobOptions.options().queue("bulk").priority(10),
				() -> this.scenario.jobs.answer("a"));
		ClaimedJob claimed = this.scenario.claimAll().get(0);
		assertThat(claimed.id()).isEqualTo(handle.id());
		assertThat(claimed.queue()).isEqualTo("bulk");
		assertThat(claimed.priority()).isEqualTo(10);
	}

	@Test
	void theCallJoinsTheTransactionLikeAPlainOne() {
		this.scenario.inTransaction(() -> this.jobs.enqueue(() -> this.scenario.call("committed")));
		this.scenario.rolledBack(() -> this.jobs.enqueue(() -> this.scenario.call("rolled back")));
		this.scenario.assertRan("committed", 1);
		this.scenario.assertRan("rolled back", 0);
	}

	@Test
	void noCallIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue(() -> {
		})).withMessageContaining("'call' made no call");
		assertNothingWasEnqueued();
	}

	@Test
	void twoCallsAreRefusedAndNeitherIsEnqueued() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue(() -> {
			this.scenario.jobs.note("a");
			this.scenario.jobs.note("b");
		})).withMessageContaining("made 2 calls");
		assertNothingWasEnqueued();
	}

	@Test
	void anotherHandleThanTheCallsOwnIsRefused() {
		JobHandle<String> other = JobHandle.completed("x");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue(() -> {
			this.scenario.jobs.answer("a");
			return other;
		})).withMessageContaining("instead of the handle");
		assertNothingWasEnqueued();
	}

	@Test
	void whatTheLambdaThrowsComesOutAndNothingIsEnqueued() {
		assertThatIllegalStateException().isThrownBy(() -> this.jobs.enqueue((VoidJobCall) () -> {
			this.scenario.jobs.note("a");
			throw new IllegalStateException("expected");
		})).withMessage("expected");
		assertThatExceptionOfType(UndeclaredThrowableException.class)
			.isThrownBy(() -> this.jobs.enqueue((VoidJobCall) () -> {
				this.scenario.jobs.note("a");
				throw new IOException("expected");
			}))
			.withCauseInstanceOf(IOException.class);
		assertNothingWasEnqueued();
	}

	@Test
	void aLambdaThatFailedLeavesNothingBehindOnItsThread() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue(() -> {
		}));
		this.scenario.call("plain");
		this.scenario.assertRan("plain", 1);
	}

	@Test
	void lambdasNest() {
		this.jobs.enqueue(() -> {
			this.scenario.call("outer");
			this.jobs.enqueue(JobOptions.options().queue("inner"), () -> this.scenario.call("inner"));
		});
		this.scenario.assertRan("outer", 1);
		this.scenario.assertRan("inner", 1);
	}

	@Test
	void aCallInsideAJobEnqueues() throws Throwable {
		JobContext context = mock(JobContext.class);
		given(context.jobId()).willReturn(new UUID(0, 1));
		CurrentJob.with(context, () -> {
			this.scenario.call("plain");
			return this.jobs.enqueue(() -> this.scenario.call("lambda"));
		});
		this.scenario.assertRan("plain", 1);
		this.scenario.assertRan("lambda", 1);
	}

	@Test
	void anArgumentThatCantBeStoredFailsTheCallAndWritesNothing() {
		String tooLarge = "x".repeat(300_000);
		this.scenario.inTransaction(() -> {
			assertThatExceptionOfType(JobArgumentException.class).isThrownBy(() -> this.scenario.jobs.note(tooLarge));
			this.scenario.call("small");
		});
		this.scenario.assertRan("small", 1);
		assertThat(this.scenario.claimAll()).hasSize(1);
	}

	@Test
	void headersTravelWithTheJobAndABrokenSourceCostsNobodyItsJob() {
		HeaderSource trace = (JobListener.Job job) -> Map.of("trace", job.name());
		HeaderSource broken = (job) -> {
			throw new IllegalStateException("expected");
		};
		this.scenario.useHeaders(List.of(broken, trace));
		this.scenario.call("a");
		assertThat(this.scenario.claimAll().get(0).headers()).containsExactly(Map.entry("trace", "note"));
	}

	@Test
	void headersBeyondTheLimitCostNobodyItsJob() {
		String most = "x".repeat(HeaderSource.MAX_LENGTH - "most".length());
		this.scenario.useHeaders(
				List.of((job) -> Map.of("most", most + "x"), (job) -> Map.of("most", most), (job) -> Map.of("a", "b")));
		this.scenario.call("a");
		assertThat(this.scenario.claimAll().get(0).headers()).containsExactly(Map.entry("most", most));
	}

	@Test
	void keysAndTagsOfTheAnnotationTravelWithTheJob() {
		this.scenario.jobs.keyed("a", 7L);
		this.jobs.enqueue(() -> this.scenario.jobs.once("b", "k"));
		assertThat(this.scenario.store.enqueued).extracting((jobs) -> jobs.get(0).terms())
			.containsExactly(
					new JobTerms("server:7", 2, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of("server:7")),
					new JobTerms(null, 1, "once:k", UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of()));
	}

	@Test
	void aKeyWithoutAValueFailsTheCallAndWritesNothing() {
		this.scenario.inTransaction(() -> {
			assertThatExceptionOfType(JobArgumentException.class).isThrownBy(() -> this.scenario.jobs.once("a", null))
				.withMessageContaining("Job 'once' was not enqueued: its 'uniqueKey' (#key) is null");
			this.scenario.call("another");
		});
		this.scenario.assertRan("another", 1);
		assertThat(this.scenario.claimAll()).hasSize(1);
	}

	@Test
	void aSourceOfHeadersCantSetTheTermsOfAJob() {
		this.scenario.useHeaders(List.of((job) -> Map.of("aftercommit.concurrency-key", "theirs", "trace", "t")));
		this.scenario.jobs.note("a");
		this.scenario.jobs.keyed("b", 7L);
		assertThat(this.scenario.store.enqueued.get(0).get(0).headers()).containsExactly(Map.entry("trace", "t"));
		assertThat(this.scenario.store.enqueued.get(1).get(0).terms().concurrencyKey()).isEqualTo("server:7");
		assertThat(this.scenario.store.enqueued.get(1).get(0).headers()).containsEntry("trace", "t");
	}

	private void assertNothingWasEnqueued() {
		this.scenario.path.close();
		assertThat(this.scenario.claimAll()).isEmpty();
		assertThat(this.scenario.store.enqueued).isEmpty();
	}

}
