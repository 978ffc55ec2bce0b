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

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What everything on this node asks: the time, and whether the node is stopping.
 */
final class NodeState {

	private final LongSupplier nanoTime;

	private volatile boolean stopping;

	private volatile Consumer<Attempt> onWords = (attempt) -> {
	};

	NodeState(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	long nanoTime() {
		return this.nanoTime.getAsLong();
	}

	/**
	 * Be told of attempts that have something to say.
	 * @param listener must return at once
	 */
	void onWords(Consumer<Attempt> listener) {
		this.onWords = listener;
	}

	void hasWords(Attempt attempt) {
		this.onWords.accept(attempt);
	}

	boolean isStopping() {
		return this.stopping;
	}

	void stop() {
		this.stopping = true;
	}

}
