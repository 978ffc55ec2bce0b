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

package dev.aftercommit.store;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.ActionChainArbitrary;
import net.jqwik.api.state.Transformer;

/**
 * Random steps of a {@link StoreGame}: what several nodes, callers, an operator and the
 * clock may do, in any order.
 */
final class StoreSteps {

	private static final Arbitrary<Integer> NODE = Arbitraries.integers().between(0, 3);

	private static final Arbitrary<Integer> JOB = Arbitraries.integers().between(0, 5);

	private static final Arbitrary<Integer> LIMIT = Arbitraries.of(1, 2, 10);

	private static final Arbitrary<Integer> DELAY = Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(0)),
			Tuple.of(1, Arbitraries.integers().between(1, 4)));

	private StoreSteps() {
	}

	static ActionChainArbitrary<StoreGame> games(int steps, Supplier<StoreHarness> harness) {
		return ActionChain.<StoreGame>startWith(() -> new StoreGame(harness.get()))
			.withAction(6,
					step(Combinators.combine(JOB.list().ofMinSize(1).ofMaxSize(4), DELAY)
						.as((jobs, hours) -> named("enqueue " + jobs + " in " + hours + " h",
								(game) -> game.enqueue(jobs, hours)))))
			.withAction(8, claims())
			.withAction(8, endings())
			.withAction(2,
					step(Combinators.combine(NODE, JOB.set().ofMaxSize(3), Arbitraries.integers().between(0, 3))
						.as((node, held,
								newest) -> named("reclaim of node " + node + ", which holds " + held
										+ " and its newest " + newest, (game) -> game.reclaim(node, held, newest)))))
			.withAction(4, step(LIMIT.map((limit) -> named("rescue " + limit, (game) -> game.rescue(limit)))))
			.withAction(3, step(LIMIT.map((limit) -> named("promote " + limit, (game) -> game.promote(limit)))))
			.withAction(2, step(LIMIT.map((limit) -> named("prune " + limit, (game) -> game.prune(limit)))))
			.withAction(2, step(JOB.map((job) -> named("cancel " + job, (game) -> game.cancel(job)))))
			.withAction(3, orders())
			.withAction(1,
					step(NODE.map((node) -> named("node " + node + " asks what to cancel",
							(game) -> game.askForCancelRequests(node)))))
			.withAction(4,
					step(Arbitraries.of(1, 2, 4, -1)
						.map((hours) -> named("clock moves by " + hours + " h", (game) -> game.advance(hours)))))
			.withAction(1, step(Arbitraries.just(named("register", StoreGame::register))))
			.withAction(3, step(NODE.map((node) -> named("heartbeat of " + node, (game) -> game.heartbeat(node)))))
			.withAction(1, step(NODE.map((node) -> named("end of " + node, (game) -> game.end(node)))))
			.withMaxTransformations(steps);
	}

	private static Action<StoreGame> claims() {
		Arbitrary<Set<String>> queues = Arbitraries.of(Set.of("queue-0"), Set.of("queue-0", "queue-1"));
		Arbitrary<Set<String>> names = Arbitraries.of(Set.of("job"), Set.of("job", "other.job"));
		return step(Combinators.combine(NODE, LIMIT, queues.injectNull(0.7), names, Arbitraries.of(0, 1, 10))
			.as((node, limit, served, known, most) -> named(
					"node " + node + " claims " + limit + " of " + served + ", at most " + most + " of queue-1",
					(game) -> game.claim(node, limit, served, known, most))));
	}

	private static Action<StoreGame> orders() {
		Map<String, ObjIntConsumer<StoreGame>> orders = Map.of("retry", StoreGame::orderRetry, "cancel",
				StoreGame::orderCancel, "run now", StoreGame::orderRunNow, "delete", StoreGame::orderDelete);
		return step(Combinators.combine(JOB, Arbitraries.of("retry", "cancel", "cancel", "run now", "delete"))
			.as((job, order) -> named("order: " + order + " " + job, (game) -> orders.get(order).accept(game, job))));
	}

	/** Of the latest claims and, now and then, of any. */
	private static Action<StoreGame> endings() {
		Arbitrary<List<Integer>> which = Arbitraries.integers().between(0, 40).list().ofMinSize(1).ofMaxSize(4);
		Arbitrary<Outcome> outcome = Arbitraries.of(Arrays.asList(new Outcome.Succeeded("\"done\""),
				new Outcome.Succeeded(null), StoreGame.retry(0), StoreGame.retry(2), StoreGame.dead(), StoreGame.dead(),
				StoreGame.cancelled(), StoreGame.snoozed(0), StoreGame.snoozed(2), new Outcome.Released()));
		return step(Combinators.combine(which, outcome)
			.as((claims, end) -> named("apply " + end.getClass().getSimpleName() + " to claims " + claims,
					(game) -> game.apply(claims, end))));
	}

	private static Transformer<StoreGame> named(String name, Consumer<StoreGame> step) {
		return Transformer.mutate(name, step);
	}

	private static Action<StoreGame> step(Arbitrary<Transformer<StoreGame>> transformer) {
		return (Action.Independent<StoreGame>) () -> transformer;
	}

}
