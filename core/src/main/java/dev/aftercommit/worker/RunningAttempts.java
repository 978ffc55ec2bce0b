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

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * What runs in the slots of this node now.
 */
final class RunningAttempts {

	private final Queue<AtomicReference<@Nullable Attempt>> slots = new ConcurrentLinkedQueue<>();

	/**
	 * A new slot.
	 * @return holds what runs in it
	 */
	AtomicReference<@Nullable Attempt> newSlot() {
		AtomicReference<@Nullable Attempt> slot = new AtomicReference<>();
		this.slots.add(slot);
		return slot;
	}

	void forEach(Consumer<Attempt> action) {
		for (AtomicReference<@Nullable Attempt> slot : this.slots) {
			Attempt attempt = slot.get();
			if (attempt != null) {
				action.accept(attempt);
			}
		}
	}

	int count() {
		return (int) this.slots.stream().filter((slot) -> slot.get() != null).count();
	}

}
