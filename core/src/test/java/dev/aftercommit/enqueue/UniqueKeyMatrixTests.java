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

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.transaction.TransactionDefinition;

import dev.aftercommit.JobFailedException;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobState;
import dev.aftercommit.enqueue.MatrixSetup.Mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How often a job with a unique key ran, and whose its handles are, for each way in which
 * a transaction can end: on each database, with each transaction manager.
 */
class UniqueKeyMatrixTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void twoTransactionsThatCommitMakeOneJob(Scenario scenario) {
		List<JobHandle<String>> handles = new ArrayList<>();
		scenario.inTransaction(() -> handles.add(once(scenario, "first", "k")));
		scenario.inTransaction(() -> handles.add(once(scenario, "second", "k")));
		scenario.inTransaction(() -> handles.add(once(scenario, "other", "another k")));
		scenario.settle();
		assertThat(handles.get(1).id()).isEqualTo(handles.get(0).id()).isNotEqualTo(handles.get(2).id());
		assertThat(handles.get(1).state()).contains(JobState.ENQUEUED);
		assertThat(scenario.announced).as("with an outbox, it is not known yet when they are announced")
			.hasSize((scenario.setup().mode() == Mode.OUTBOX) ? 3 : 2);
		scenario.assertRan("first", 1);
		scenario.assertRan("second", 0);
		scenario.assertRan("other", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aTransactionThatRollsBackLeavesTheKeyToOthers(Scenario scenario) {
		List<JobHandle<String>> handles = new ArrayList<>();
		scenario.rolledBack(() -> handles.add(once(scenario, "rolled back", "k")));
		scenario.inTransaction(() -> handles.add(once(scenario, "committed", "k")));
		scenario.settle();
		assertThat(handles.get(0).state()).isEmpty();
		assertThat(handles.get(1).state()).contains(JobState.ENQUEUED);
		scenario.assertRan("rolled back", 0);
		scenario.assertRan("committed", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void ofTwoCallsInOneTransactionTheFirstOneIsTheJob(Scenario scenario) {
		List<JobHandle<String>> handles = new ArrayList<>();
		scenario.inTransaction(() -> {
			handles.add(once(scenario, "first", "k"));
			scenario.call("between");
			handles.add(once(scenario, "second", "k"));
		});
		scenario.settle();
		assertThat(handles.get(1).id()).isEqualTo(handles.get(0).id());
		scenario.assertRan("first", 1);
		scenario.assertRan("between", 1);
		scenario.assertRan("second", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void ofTwoCallsInOneTransactionThatRollsBackNoneIsAJob(Scenario scenario) {
		List<JobHandle<String>> handles = new ArrayList<>();
		scenario.rolledBack(() -> {
			handles.add(once(scenario, "first", "k"));
			handles.add(once(scenario, "second", "k"));
		});
		assertThat(handles).extracting(JobHandle::id).doesNotHaveDuplicates();
		assertThat(handles).allSatisfy(
				(handle) -> assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> handle.join(LONG))
					.withMessageContaining("was never enqueued"));
		scenario.assertRan("first", 0);
		scenario.assertRan("second", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#withSavepoints")
	void aSavepointThatIsRolledBackLeavesTheKeyToALaterCall(Scenario scenario) {
		List<JobHandle<String>> handles = new ArrayList<>();
		scenario.inTransaction(() -> {
			scenario.transaction(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult((status) -> {
				handles.add(once(scenario, "undone", "k"));
				status.setRollbackOnly();
			});
			handles.add(once(scenario, "after", "k"));
		});
		scenario.settle();
		assertThat(handles.get(0).state()).isEmpty();
		assertThat(handles.get(1).state()).contains(JobState.ENQUEUED);
		scenario.assertRan("undone", 0);
		scenario.assertRan("after", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aHeldKeyLeavesTheCallersTransactionUsable(Scenario scenario) {
		scenario.inTransaction(() -> once(scenario, "holder", "k"));
		scenario.inTransaction(() -> {
			once(scenario, "merged", "k");
			scenario.insert("row");
			scenario.call("another");
		});
		assertThat(scenario.rows("row")).isOne();
		scenario.assertRan("holder", 1);
		scenario.assertRan("merged", 0);
		scenario.assertRan("another", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void anImmediateCallFindsTheHolderWhateverBecomesOfItsTransaction(Scenario scenario) {
		List<JobHandle<String>> handles = new ArrayList<>();
		handles.add(scenario.jobs.onceAtOnce(scenario.unique("first"), scenario.unique("k")));
		scenario
			.rolledBack(() -> handles.add(scenario.jobs.onceAtOnce(scenario.unique("second"), scenario.unique("k"))));
		scenario.settle();
		assertThat(handles.get(1).id()).isEqualTo(handles.get(0).id());
		scenario.assertRan("first", 1);
		scenario.assertRan("second", 0);
	}

	private static JobHandle<String> once(Scenario scenario, String text, String key) {
		return scenario.jobs.once(scenario.unique(text), scenario.unique(key));
	}

}
