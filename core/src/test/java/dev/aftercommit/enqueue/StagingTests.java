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
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.BackgroundJobs;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobState;
import dev.aftercommit.enqueue.MatrixSetup.Mode;
import dev.aftercommit.store.ClaimedJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When calls are written, in how many statements, and what becomes of reserved workers.
 */
class StagingTests {

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#joined")
	void aHundredCallsAreStagedAtOnceAndInOrder(Scenario scenario) {
		List<String> texts = IntStream.range(0, 100).mapToObj((i) -> "call " + i).toList();
		scenario.inTransaction(() -> {
			texts.forEach(scenario::call);
			assertThat(scenario.store.staged).isEmpty();
		});
		assertThat(scenario.store.staged).hasSize(1);
		assertThat(scenario.store.enqueued).isEmpty();
		List<String> order = scenario.workers.run.isEmpty() ? arguments(scenario.claimAll())
				: arguments(scenario.workers.run);
		assertThat(order)
			.containsExactlyElementsOf(texts.stream().map((text) -> "[\"" + scenario.unique(text) + "\"]").toList());
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#bestEffort")
	void aHundredBestEffortCallsAreWrittenAtOnceAndInOrder(Scenario scenario) {
		List<String> texts = IntStream.range(0, 100).mapToObj((i) -> "call " + i).toList();
		scenario.inTransaction(() -> texts.forEach(scenario::call));
		scenario.path.close();
		assertThat(scenario.store.staged).isEmpty();
		assertThat(scenario.store.enqueued).hasSize(1);
		assertThat(arguments(scenario.claimAll()))
			.containsExactlyElementsOf(texts.stream().map((text) -> "[\"" + scenario.unique(text) + "\"]").toList());
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aTransactionWithoutCallsWritesNothing(Scenario scenario) {
		scenario.inTransaction(() -> scenario.insert("row"));
		scenario.path.close();
		assertThat(scenario.store.staged).isEmpty();
		assertThat(scenario.store.enqueued).isEmpty();
		assertThat(scenario.workers.wakeUps).hasValue(0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void workersAreReservedOnlyAsTheLastThingBeforeACommitThatIsJoined(Scenario scenario) {
		scenario.inTransaction(() -> {
			scenario.call("a");
			assertThat(scenario.workers.reserved).isEmpty();
		});
		boolean local = scenario.setup().mode() == Mode.JOINED_LOCAL && scenario.setup().isTold();
		assertThat(scenario.workers.run).hasSize(local ? 1 : 0);
		scenario.assertRan("a", 1);
		boolean toldByTheStore = scenario.setup().mode() == Mode.OUTBOX;
		assertThat(scenario.workers.wakeUps).hasValue((local || toldByTheStore) ? 0 : 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aJobForLaterReservesNobodyAndWaits(Scenario scenario) {
		BackgroundJobs jobs = scenario.backgroundJobs;
		JobHandle<?>[] handle = new JobHandle<?>[1];
		scenario.inTransaction(
				() -> handle[0] = jobs.schedule(BackgroundJobs.in(Duration.ofHours(1)), () -> scenario.call("later")));
		scenario.assertRan("later", 0);
		assertThat(scenario.workers.reserved).isEmpty();
		assertThat(handle[0].state()).contains(JobState.SCHEDULED);
		assertThat(handle[0].cancel()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#joined")
	void anUnknownOutcomeThatCommittedFreesTheWorkerAndTheJobIsInTheStore(Scenario scenario) {
		JobHandle<?>[] handle = new JobHandle<?>[1];
		assertThatExceptionOfType(TransactionSystemException.class)
			.isThrownBy(() -> new TransactionTemplate(doubtful(scenario, true))
				.executeWithoutResult((status) -> handle[0] = scenario.jobs.answer(scenario.unique("a"))));
		assertThat(scenario.workers.run).isEmpty();
		assertThat(scenario.workers.freed).hasSameSizeAs(scenario.workers.reserved);
		assertThat(handle[0].state()).isPresent();
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void anUnknownOutcomeThatDidNotCommitFreesTheWorkerAndRunsNothing(Scenario scenario) {
		JobHandle<?>[] handle = new JobHandle<?>[1];
		assertThatExceptionOfType(TransactionSystemException.class)
			.isThrownBy(() -> new TransactionTemplate(doubtful(scenario, false))
				.executeWithoutResult((status) -> handle[0] = scenario.jobs.answer(scenario.unique("a"))));
		assertThat(scenario.workers.freed).hasSameSizeAs(scenario.workers.reserved);
		assertThat(handle[0].state()).isEmpty();
		scenario.assertRan("a", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void cancellingACallBeforeTheCommitDropsIt(Scenario scenario) {
		boolean[] cancelled = new boolean[2];
		scenario.inTransaction(() -> {
			JobHandle<String> dropped = scenario.jobs.answer(scenario.unique("dropped"));
			JobHandle<String> kept = scenario.jobs.answer(scenario.unique("kept"));
			cancelled[0] = dropped.cancel();
			cancelled[1] = dropped.cancel();
			assertThat(kept.state()).isEmpty();
		});
		assertThat(cancelled).containsExactly(true, false);
		scenario.assertRan("dropped", 0);
		scenario.assertRan("kept", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void listenersAreToldOfEachJobOnceItIsInTheStore(Scenario scenario) {
		scenario.inTransaction(() -> {
			scenario.call("a");
			assertThat(scenario.announced).isEmpty();
		});
		scenario.rolledBack(() -> scenario.call("b"));
		scenario.path.close();
		assertThat(scenario.announced).hasSize(1);
		UUID id = scenario.announced.get(0).id();
		assertThat(scenario.store.directory().find(List.of(id))).containsKey(id);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#joined")
	void twoPathsInOneTransactionEachHoldTheirOwnCalls(Scenario scenario) {
		try (Scenario second = new Scenario(scenario.setup())) {
			second.inTransaction(() -> {
				second.call("second");
				scenario.takeOver();
				scenario.call("first");
				second.takeOver();
			});
			assertThat(scenario.store.staged).hasSize(1);
			assertThat(second.store.staged).hasSize(1);
			assertThat(scenario.announced).hasSize(1);
			assertThat(second.announced).hasSize(1);
		}
	}

	private static AbstractPlatformTransactionManager doubtful(Scenario scenario, boolean committed) {
		return scenario.world.told(new DataSourceTransactionManager(scenario.world.dataSource) {

			@Override
			protected void doCommit(DefaultTransactionStatus status) {
				if (committed) {
					super.doCommit(status);
				}
				else {
					doRollback(status);
				}
				throw new TransactionSystemException("The answer was lost");
			}

		});
	}

	private static List<String> arguments(List<ClaimedJob> jobs) {
		return jobs.stream().map(ClaimedJob::arguments).toList();
	}

}
