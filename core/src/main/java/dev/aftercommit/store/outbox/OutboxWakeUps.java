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

package dev.aftercommit.store.outbox;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.aftercommit.store.WakeUps;

/**
 * The target's hints, and those that only this node needs: what it has pushed can be
 * claimed.
 */
final class OutboxWakeUps implements WakeUps {

	private final WakeUps target;

	private final Set<Ear> ears = ConcurrentHashMap.newKeySet();

	OutboxWakeUps(WakeUps target) {
		this.target = target;
	}

	@Override
	public void send() {
		this.target.send();
	}

	/** Tell this node and the others that jobs wait. */
	void pushed() {
		this.ears.forEach((ear) -> ear.wakeUp().run());
		this.target.send();
	}

	@Override
	public AutoCloseable listen(Runnable wakeUp) {
		Ear ear = new Ear(wakeUp, this.target.listen(wakeUp));
		this.ears.add(ear);
		return () -> {
			this.ears.remove(ear);
			ear.elsewhere().close();
		};
	}

	/**
	 * Somebody on this node who wants to be told.
	 *
	 * @param wakeUp what to run
	 * @param elsewhere closes its ear at the target
	 */
	private record Ear(Runnable wakeUp, AutoCloseable elsewhere) {

	}

}
