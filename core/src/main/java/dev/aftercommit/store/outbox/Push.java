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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.KeptJob;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outbox;

/**
 * Gives jobs to the target, in one call, and notes that they need not be kept much
 * longer. One call at a time.
 */
final class Push {

	private static final int MOST_LEFT_OUT = 10_000;

	private final Outbox outbox;

	private final JobIntake target;

	private final OutboxWakeUps wakeUps;

	private final Pushed pushed;

	private final ReentrantLock turn = new ReentrantLock();

	/**
	 * What was pushed before its turn and not taken. Who has it in hand by then must not
	 * push it again.
	 */
	private final Set<UUID> leftOut = Collections.newSetFromMap(new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<UUID, Boolean> eldest) {
			return size() > MOST_LEFT_OUT;
		}

	});

	private volatile Consumer<Map<UUID, UUID>> onKept = (kept) -> {
	};

	Push(Outbox outbox, JobIntake target, OutboxWakeUps wakeUps, Pushed pushed) {
		this.outbox = outbox;
		this.target = target;
		this.wakeUps = wakeUps;
		this.pushed = pushed;
	}

	/** Whom to tell of jobs that the target did not write, but kept others instead. */
	void onKept(Consumer<Map<UUID, UUID>> listener) {
		this.onKept = listener;
	}

	void push(List<NewJob> jobs) {
		this.turn.lock();
		try {
			List<NewJob> open = jobs.stream().filter((job) -> !this.leftOut.contains(job.id())).toList();
			if (!open.isEmpty()) {
				pushAll(open);
			}
		}
		finally {
			this.turn.unlock();
		}
	}

	private void pushAll(List<NewJob> jobs) {
		Pushed.Life life = this.pushed.life();
		Map<UUID, UUID> kept = this.target.enqueue(jobs);
		tell(kept);
		this.pushed.merged(List.copyOf(kept.keySet()));
		this.pushed.add(jobs.stream().map(NewJob::id).filter((id) -> !kept.containsKey(id)).toList(), life);
		this.wakeUps.pushed();
	}

	/**
	 * Push a job before its turn, because somebody wants something of it now. If the
	 * target keeps another one instead, it is out of the outbox then: pushed again when
	 * that one has ended, it would run after all.
	 * @return the job that the caller's is then; empty if the outbox has none
	 */
	Optional<UUID> pushNow(UUID id) {
		List<NewJob> jobs = this.outbox.find(Set.of(id)).stream().map(KeptJob::job).toList();
		if (jobs.isEmpty()) {
			return Optional.empty();
		}
		UUID holder = pushNow(jobs).get(id);
		if (holder == null) {
			return Optional.of(id);
		}
		this.outbox.remove(List.of(id));
		return Optional.of(holder);
	}

	private Map<UUID, UUID> pushNow(List<NewJob> jobs) {
		this.turn.lock();
		try {
			Map<UUID, UUID> kept = this.target.enqueue(jobs);
			this.leftOut.addAll(kept.keySet());
			// Should the removal fail: it is tried again with those that were pushed.
			this.pushed.merged(List.copyOf(kept.keySet()));
			tell(kept);
			return kept;
		}
		finally {
			this.turn.unlock();
		}
	}

	/** Before the outbox forgets them: whoever looks for one looks for the other then. */
	private void tell(Map<UUID, UUID> kept) {
		if (!kept.isEmpty()) {
			this.onKept.accept(kept);
		}
	}

}
