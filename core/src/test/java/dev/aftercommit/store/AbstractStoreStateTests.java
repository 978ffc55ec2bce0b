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

import java.util.function.Supplier;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.state.ActionChain;

/**
 * Whatever several nodes, callers, an operator and the clock do in whatever order: only
 * documented transitions happen, no job is lost or in two places, and an attempt has at
 * most one outcome. A store passes by one subclass that gives a harness, and says how
 * many games are played.
 */
public abstract class AbstractStoreStateTests {

	private static final int STEPS = 80;

	/**
	 * A harness whose store has no jobs and no nodes.
	 */
	protected abstract StoreHarness newHarness();

	protected static Arbitrary<ActionChain<StoreGame>> games(Supplier<StoreHarness> harness) {
		return StoreSteps.games(STEPS, harness);
	}

	@Provide
	Arbitrary<ActionChain<StoreGame>> games() {
		return games(this::newHarness);
	}

	@Property(shrinking = ShrinkingMode.BOUNDED)
	void onlyDocumentedTransitionsHappen(@ForAll("games") ActionChain<StoreGame> game) {
		game.run();
	}

}
