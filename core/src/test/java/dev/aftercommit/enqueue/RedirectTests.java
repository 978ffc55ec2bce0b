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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.transaction.support.TransactionSynchronization;

import dev.aftercommit.JobFailedException;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What the handle of a call becomes if the store says that another job has its unique key
 * and was kept.
 */
class RedirectTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void afterTheCommitItIsOneOfTheHolder(Scenario scenario) {
		UUID holder = holder(scenario, "k");
		List<JobHandle<String>> handles = new ArrayList<>();
		scenario.inTransaction(() -> {
			handles.add(scenario.jobs.once(scenario.unique("merged"), scenario.unique("k")));
			assertThat(handles.get(0).id()).as("before it is decided").isNotEqualTo(holder);
			handles.add(scenario.jobs.once(scenario.unique("another"), scenario.unique("other")));
		});
		scenario.path.close();
		assertThat(handles.get(0).id()).isEqualTo(holder);
		assertThat(handles.get(0).state()).contains(JobState.ENQUEUED);
		assertThat(handles.get(1).id()).isNotEqualTo(holder);
		assertThat(scenario.announced).extracting(JobListener.Job::id).containsExactly(holder, handles.get(1).id());
		scenario.assertRan("merged", 0);
		scenario.assertRan("another", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#joined")
	void whereTheStoreTakesPartItIsDecidedBeforeTheCommit(Scenario scenario) {
		UUID holder = holder(scenario, "k");
		List<UUID> seen = new ArrayList<>();
		scenario.inTransaction(() -> {
			JobHandle<String> handle = scenario.jobs.once(scenario.unique("merged"), scenario.unique("k"));
			scenario.register(new TransactionSynchronization() {

				@Override
				public void afterCompletion(int status) {
					seen.add(handle.id());
				}

			});
		});
		assertThat(seen).containsExactly(holder);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void afterARollbackItIsTheHandleOfNoJob(Scenario scenario) {
		UUID holder = holder(scenario, "k");
		List<JobHandle<String>> handles = new ArrayList<>();
		scenario.rolledBack(() -> handles.add(scenario.jobs.once(scenario.unique("merged"), scenario.unique("k"))));
		assertThat(handles.get(0).id()).isNotEqualTo(holder);
		assertThat(handles.get(0).state()).isEmpty();
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> handles.get(0).join(LONG))
			.withMessageContaining("was never enqueued");
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#joined")
	void itIsTheHandleOfNoJobIfTheTransactionFailsAfterItWasDecided(Scenario scenario) {
		UUID holder = holder(scenario, "k");
		List<JobHandle<String>> handles = new ArrayList<>();
		assertThatIllegalStateException()
			.isThrownBy(() -> scenario.inTransaction(() -> scenario.register(new TransactionSynchronization() {

				@Override
				public void beforeCommit(boolean readOnly) {
					handles.add(scenario.jobs.once(scenario.unique("merged"), scenario.unique("k")));
					throw new IllegalStateException("expected");
				}

			})));
		assertThat(handles.get(0).id()).isNotEqualTo(holder);
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> handles.get(0).join(LONG))
			.withMessageContaining("was never enqueued");
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void withoutATransactionItIsDecidedAtOnce(Scenario scenario) {
		UUID holder = holder(scenario, "k");
		assertThat(scenario.jobs.once(scenario.unique("merged"), scenario.unique("k")).id()).isEqualTo(holder);
		scenario.store.holders.put("onceAtOnce:" + scenario.unique("k"), holder);
		scenario.rolledBack(
				() -> assertThat(scenario.jobs.onceAtOnce("immediate", scenario.unique("k")).id()).isEqualTo(holder));
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#joined")
	void workersAreWokenForAHolderThatHadToWaitForTheCommit(Scenario scenario) {
		holder(scenario, "k");
		int before = scenario.workers.wakeUps.get();
		scenario.inTransaction(() -> scenario.jobs.once(scenario.unique("merged"), scenario.unique("k")));
		assertThat(scenario.workers.wakeUps).hasValue(before + 1);
		assertThat(scenario.workers.reserved).isEmpty();
	}

	/**
	 * A job that the store says has a key.
	 */
	private UUID holder(Scenario scenario, String key) {
		UUID holder = scenario.jobs.answer("holder").id();
		scenario.store.holders.put("once:" + scenario.unique(key), holder);
		return holder;
	}

}
