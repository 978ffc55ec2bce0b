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

package dev.aftercommit.faults;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.Tag;

import dev.aftercommit.JobOperations;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.faults.app.Calls;
import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Ledger;
import dev.aftercommit.faults.harness.OnEachStore;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;
import dev.aftercommit.faults.harness.StoreKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Operators give orders to jobs that nodes claim, run and fail at the same moment (fault
 * 28).
 */
class OperatorFaultsTests {

	private static final int JOBS = 400;

	private static final int ORDERS = 1000;

	private static final int OPERATORS = 4;

	private static final Map<Order, Set<JobState>> MAKES_SENSE = new EnumMap<>(Map.of(Order.RETRY,
			Set.of(JobState.DEAD), Order.CANCEL, Set.of(JobState.SCHEDULED, JobState.ENQUEUED, JobState.RETRYING),
			Order.RUN_NOW, Set.of(JobState.SCHEDULED, JobState.RETRYING), Order.DELETE,
			Set.of(JobState.SUCCEEDED, JobState.CANCELLED, JobState.DEAD)));

	private final Map<String, UUID> ids = new ConcurrentHashMap<>();

	private final Queue<Given> given = new ConcurrentLinkedQueue<>();

	@OnEachStore
	@Tag("full")
	void whateverOperatorsOrderOnlyWhatIsDocumentedHappens(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f28_orders")) {
			String[] settings = { "aftercommit.retry.initial-interval", "100ms", "aftercommit.retry.max-interval", "1s",
					"logging.level.dev.aftercommit.worker", "ERROR" };
			Client client = scene.both(settings);
			scene.node("n2", settings).awaitReady();
			JobOperations operations = client.bean(JobOperations.class);
			Path gate = scene.gate("repaired");
			List<Thread> operators = new ArrayList<>();
			for (int i = 0; i < OPERATORS; i++) {
				int operator = i;
				operators.add(new Thread(() -> operate(client.calls(), operations, gate, operator)));
			}
			operators.forEach(Thread::start);
			for (Thread operator : operators) {
				operator.join();
			}
			// From here on what failed would succeed: whatever is given up is tried
			// again.
			scene.open(gate);
			scene.drain();
			retryTheDead(operations);
			scene.drain();
			deleteSome(scene, operations);
			expectEnds(scene, operations);
			Figures figures = scene.figures();
			Report.add("28", "retry, cancel, run now and delete against running jobs", done(), scene, figures);
			assertThat(figures.isClean()).as(figures.toString()).isTrue();
			assertThat(this.given).hasSizeGreaterThanOrEqualTo(ORDERS);
			assertThat(this.given).allSatisfy((order) -> isDocumented(order, scene.joins()));
			assertThat(count(Order.RETRY, OrderResult.Kind.DONE)).isPositive();
			assertThat(count(Order.CANCEL, OrderResult.Kind.DONE)).isPositive();
			assertThat(count(Order.CANCEL, OrderResult.Kind.REQUESTED)).isPositive();
			assertThat(count(Order.DELETE, OrderResult.Kind.DONE)).isPositive();
			assertThat(count(Order.DELETE, OrderResult.Kind.REFUSED)).isPositive();
			assertNothingRanAfterItsEnd(scene.runs());
		}
	}

	/** Its share of the jobs, and beside each one its share of the orders. */
	private void operate(Calls calls, JobOperations operations, Path gate, int operator) {
		Random random = new Random(operator);
		List<String> mine = new ArrayList<>();
		for (int i = operator; i < JOBS; i += OPERATORS) {
			String call = "job-" + i;
			calls.call(call, () -> (call.hashCode() % 2 == 0) ? calls.jobs().work(call, random.nextInt(30))
					: calls.jobs().doomed(call, gate.toString()));
			mine.add(call);
			this.ids.put(call, calls.idOf(call));
			for (int order = 0; order < ORDERS / JOBS + 1; order++) {
				// As a rule one of the latest: it is likely to be on its way.
				String which = mine.get(Math.max(0, mine.size() - 1 - random.nextInt(8)));
				give(operations, Order.values()[random.nextInt(Order.values().length)], which);
			}
		}
	}

	private void give(JobOperations operations, Order order, String call) {
		UUID id = this.ids.get(call);
		long begun = micros();
		OrderResult result = switch (order) {
			case RETRY -> operations.retry(id);
			case CANCEL -> operations.cancel(id);
			case RUN_NOW -> operations.runNow(id);
			case DELETE -> operations.delete(id);
		};
		this.given.add(new Given(order, call, result, begun, micros()));
	}

	private void retryTheDead(JobOperations operations) {
		this.ids.forEach((call, id) -> {
			if (operations.find(id).map(JobSnapshot::state).filter(JobState.DEAD::equals).isPresent()) {
				give(operations, Order.RETRY, call);
			}
		});
	}

	/** With an outbox, once that has nothing any more: until then they are refused. */
	private void deleteSome(Scene scene, JobOperations operations) {
		if (!scene.joins()) {
			Scene.await("the outbox is empty")
				.until(() -> scene.jdbc()
					.queryForObject("SELECT count(*) FROM aftercommit_outbox", Integer.class) == 0);
		}
		for (int i = 0; i < JOBS; i += 10) {
			give(operations, Order.DELETE, "job-" + i);
		}
	}

	// A job whose cancellation was requested while it ran may have been faster.
	private void expectEnds(Scene scene, JobOperations operations) {
		this.ids.forEach((call, id) -> {
			JobState state = operations.find(id).map(JobSnapshot::state).orElse(null);
			if (isGiven(Order.DELETE, OrderResult.Kind.DONE, call)) {
				scene.expect(call, "DELETED");
			}
			else if (isGiven(Order.CANCEL, OrderResult.Kind.DONE, call)
					|| (isGiven(Order.CANCEL, OrderResult.Kind.REQUESTED, call) && state == JobState.CANCELLED)) {
				scene.expect(call, "CANCELLED");
			}
		});
	}

	private void isDocumented(Given order, boolean joins) {
		OrderResult result = order.result();
		Set<JobState> sense = MAKES_SENSE.get(order.order());
		switch (result.kind()) {
			case DONE -> assertThat(sense).as("%s", order).contains(result.found());
			case REQUESTED -> assertThat(order.order()).as("%s", order).isEqualTo(Order.CANCEL);
			case REFUSED -> assertThat(joins || order.order() != Order.DELETE ? sense : Set.of()).as("%s", order)
				.doesNotContain(result.found());
			case UNKNOWN -> assertThat(this.given).as("deleted before %s", order)
				.anyMatch((other) -> other.isDone(Order.DELETE, order.call())
						&& other.begunMicros() <= order.endedMicros());
		}
	}

	private void assertNothingRanAfterItsEnd(List<Ledger.Run> runs) {
		for (Given end : this.given) {
			if (end.isDone(Order.DELETE, end.call()) || end.isDone(Order.CANCEL, end.call())) {
				assertThat(runs).as("runs after %s", end)
					.noneMatch((run) -> run.call().equals(end.call()) && run.startMicros() > end.endedMicros());
			}
		}
	}

	private boolean isGiven(Order order, OrderResult.Kind kind, String call) {
		return this.given.stream()
			.anyMatch((each) -> each.call().equals(call) && each.order() == order && each.result().kind() == kind);
	}

	private long count(Order order, OrderResult.Kind kind) {
		return this.given.stream().filter((each) -> each.order() == order && each.result().kind() == kind).count();
	}

	private String done() {
		return String.format(
				"%d orders of %d operators to %d jobs that two nodes ran and failed: %d retried, %d cancelled before they ran, %d while they ran, %d run at once, %d deleted, %d orders refused",
				this.given.size(), OPERATORS, JOBS, count(Order.RETRY, OrderResult.Kind.DONE),
				count(Order.CANCEL, OrderResult.Kind.DONE), count(Order.CANCEL, OrderResult.Kind.REQUESTED),
				count(Order.RUN_NOW, OrderResult.Kind.DONE), count(Order.DELETE, OrderResult.Kind.DONE),
				this.given.stream().filter((each) -> each.result().kind() == OrderResult.Kind.REFUSED).count());
	}

	private static long micros() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	private enum Order {

		RETRY, CANCEL, RUN_NOW, DELETE

	}

	/** An order, its answer, and between which times it took effect. */
	private record Given(Order order, String call, OrderResult result, long begunMicros, long endedMicros) {

		boolean isDone(Order which, String whose) {
			return this.order == which && this.call.equals(whose) && this.result.isDone();
		}

	}

}
