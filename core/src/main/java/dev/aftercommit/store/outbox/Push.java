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

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.NewJob;

/**
 * Gives jobs to the target, in one call, and notes that they need not be kept much
 * longer.
 */
final class Push {

	private final JobIntake target;

	private final OutboxWakeUps wakeUps;

	private final Pushed pushed;

	private volatile Consumer<Map<UUID, UUID>> onKept = (kept) -> {
	};

	Push(JobIntake target, OutboxWakeUps wakeUps, Pushed pushed) {
		this.target = target;
		this.wakeUps = wakeUps;
		this.pushed = pushed;
	}

	/** Whom to tell of jobs that the target did not write, but kept others instead. */
	void onKept(Consumer<Map<UUID, UUID>> listener) {
		this.onKept = listener;
	}

	void push(List<NewJob> jobs) {
		Pushed.Life life = this.pushed.life();
		Map<UUID, UUID> kept = this.target.enqueue(jobs);
		tell(kept);
		this.pushed.merged(List.copyOf(kept.keySet()));
		this.pushed.add(jobs.stream().map(NewJob::id).filter((id) -> !kept.containsKey(id)).toList(), life);
		this.wakeUps.pushed();
	}

	/** Before the outbox forgets them: whoever looks for one looks for the other then. */
	void tell(Map<UUID, UUID> kept) {
		if (!kept.isEmpty()) {
			this.onKept.accept(kept);
		}
	}

}
