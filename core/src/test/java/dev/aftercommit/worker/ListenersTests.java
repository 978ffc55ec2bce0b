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

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.OutcomeListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever looks on is told, and changes nothing.
 */
class ListenersTests {

	private final ClaimedJob job = new Attempts().next("work").job();

	private final List<String> heard = new ArrayList<>();

	@Test
	void allAreToldOfEverythingAlthoughOneThrows() {
		Listeners listeners = new Listeners(List.of(listener(true), listener(false)));
		listeners.started(this.job);
		listeners.ended(this.job, AttemptOutcome.FAILED, new IllegalStateException("planted"));
		listeners.applied(this.job, AttemptOutcome.FAILED, JobState.DEAD);
		assertThat(this.heard).containsExactly("started work 1", "started work 1", "ended work 1 FAILED planted",
				"ended work 1 FAILED planted", "applied work 1 FAILED DEAD", "applied work 1 FAILED DEAD");
	}

	@Test
	void whoCountsHearsOfAcceptedOutcomesAndOfNothingElse() {
		Listeners listeners = new Listeners(List.of(counter(), listener(false)));
		listeners.started(this.job);
		listeners.ended(this.job, AttemptOutcome.SUCCEEDED, null);
		listeners.applied(this.job, AttemptOutcome.SUCCEEDED, null);
		assertThat(this.heard).noneMatch((each) -> each.startsWith("counted"));
		listeners.applied(this.job, AttemptOutcome.SUCCEEDED, JobState.SUCCEEDED);
		assertThat(this.heard).contains("counted " + this.job.queue() + " SUCCEEDED",
				"applied work 1 SUCCEEDED SUCCEEDED");
	}

	/** Fails after it has counted. */
	private OutcomeListener counter() {
		return new OutcomeListener() {

			@Override
			public void accepted(String queue, JobState state) {
				ListenersTests.this.heard.add("counted " + queue + " " + state);
				throw new IllegalStateException("planted");
			}

			@Override
			public void started(Attempt attempt) {
				ListenersTests.this.heard.add("counted a start");
			}

			@Override
			public void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
				ListenersTests.this.heard.add("counted twice");
			}

		};
	}

	private JobListener listener(boolean fails) {
		return new JobListener() {

			@Override
			public void started(Attempt attempt) {
				hear("started", attempt, "");
			}

			@Override
			public void ended(Attempt attempt, AttemptOutcome outcome, @Nullable Throwable failure) {
				hear("ended", attempt, " " + outcome + " " + ((failure != null) ? failure.getMessage() : ""));
			}

			@Override
			public void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
				hear("applied", attempt, " " + outcome + " " + state);
			}

			private void hear(String what, Attempt attempt, String more) {
				ListenersTests.this.heard.add(what + " " + attempt.job().name() + " " + attempt.number() + more);
				assertThat(attempt.job().id()).isEqualTo(ListenersTests.this.job.id());
				assertThat(attempt.headers()).isEqualTo(ListenersTests.this.job.headers());
				assertThat(attempt.waited()).isEqualTo(ListenersTests.this.job.waited());
				if (fails) {
					throw new IllegalStateException("planted");
				}
			}

		};
	}

}
