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

import java.time.Duration;
import java.util.Map;

import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.Firing;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Recurrences;

/**
 * Schedules in the outbox's database: what the target forgets, it does not forget. Jobs
 * are pushed once they are in the outbox for good.
 */
final class OutboxRecurrences implements Recurrences {

	private final Recurrences kept;

	private final PushQueue queue;

	OutboxRecurrences(Recurrences kept, PushQueue queue) {
		this.kept = kept;
		this.queue = queue;
	}

	@Override
	public Map<String, Recurrence> agree(Map<String, String> definitions, Duration silence) {
		return this.kept.agree(definitions, silence);
	}

	@Override
	public Firing fire(FireRequest request) {
		Firing firing = this.kept.fire(request);
		if (firing.accepted() && !request.jobs().isEmpty()) {
			this.queue.offer(request.jobs());
		}
		return firing;
	}

	@Override
	public boolean pause(String name) {
		return this.kept.pause(name);
	}

	@Override
	public boolean resume(String name) {
		return this.kept.resume(name);
	}

	@Override
	public Map<String, Recurrence> all() {
		return this.kept.all();
	}

}
