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
package dev.aftercommit.operations;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import dev.aftercommit.Explanation;
import dev.aftercommit.Explanation.Kind;
import dev.aftercommit.JobState;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Whereabouts;

/**
 * Says what keeps a job where it is. If the job has gone on while its reasons were read,
 * they are read again.
 */
final class Explainer {

	private static final int TRIES = 3;

	private final JobStore store;

	private final WaitReasons waiting;

	Explainer(JobStore store, WaitReasons waiting) {
		this.store = store;
		this.waiting = waiting;
	}

	Explanation explain(UUID id) {
		Optional<Whereabouts> found = this.store.overview().locate(id);
		for (int i = 1;; i++) {
			Explanation explanation = explain(id, found);
			Optional<Whereabouts> again = this.store.overview().locate(id);
			if (i == TRIES || state(again).equals(state(found))) {
				return explanation;
			}
			found = again;
		}
	}

	private static Optional<JobState> state(Optional<Whereabouts> found) {
		return found.map((job) -> job.status().state());
	}

	private Explanation explain(UUID id, Optional<Whereabouts> found) {
		Reasons reasons = new Reasons();
		if (found.isEmpty()) {
			reasons.add(Kind.UNKNOWN,
					"No job of this id is known: there never was one, its transaction has not committed"
							+ " or rolled back, or it has ended and was deleted or pruned.");
			return new Explanation(id, null, reasons.toList());
		}
		Whereabouts job = found.get();
		if (job.place() == Whereabouts.Place.OUTBOX) {
			reasons.add(Kind.IN_OUTBOX, "It is in the outbox since " + Reasons.at(job.status().enqueuedAt())
					+ ", and has not reached the job store, where workers look.");
		}
		else {
			addTo(reasons, id, job);
		}
		return new Explanation(id, job.status().state(), reasons.toList());
	}

	private void addTo(Reasons reasons, UUID id, Whereabouts job) {
		switch (job.status().state()) {
			case SCHEDULED, RETRYING -> delayed(reasons, job);
			case BLOCKED -> blocked(reasons, job);
			case ENQUEUED -> waiting(reasons, id, job.status());
			case RUNNING -> running(reasons, job);
			default -> ended(reasons, job.status());
		}
	}

	private void waiting(Reasons reasons, UUID id, JobStatus job) {
		if (this.store.directory().pausedQueues().contains(job.queue())) {
			reasons.add(Kind.QUEUE_IS_PAUSED, "Its queue '" + job.queue() + "' is paused.");
		}
		else {
			this.waiting.addTo(reasons, id, job);
		}
	}

	private void delayed(Reasons reasons, Whereabouts job) {
		JobStatus status = job.status();
		boolean isDue = status.dueAt() == null || !status.dueAt().isAfter(job.now());
		if (isDue && !this.waiting.isAnyAlive()) {
			WaitReasons.noNode(reasons);
		}
		else if (isDue) {
			reasons.addUntil(Kind.IS_DUE,
					"Its time came at " + Reasons.at(status.dueAt()) + ": it waits for a node to see that.",
					status.dueAt());
		}
		else if (status.state() == JobState.SCHEDULED) {
			reasons.addUntil(Kind.WAITS_FOR_ITS_TIME, "It waits for its time, " + Reasons.at(status.dueAt()) + ".",
					status.dueAt());
		}
		else {
			String failure = (status.failure() != null)
					? " (" + status.failure().outcome() + ", " + status.failure().type() + ")" : "";
			reasons.addUntil(Kind.BACKS_OFF, "Attempt " + status.attempts() + " has not succeeded" + failure
					+ ": the next one is due at " + Reasons.at(status.dueAt()) + ".", status.dueAt());
		}
	}

	private static void blocked(Reasons reasons, Whereabouts job) {
		Whereabouts.Blocking blocking = job.blocking();
		if (blocking == null) {
			reasons.add(Kind.KEY_IS_HELD, "It waits for its turn of a key.");
		}
		else if (blocking.kind() == Whereabouts.Blocking.Kind.UNIQUE) {
			reasons.addJobs(Kind.UNIQUE_KEY_IS_HELD, "It takes over the unique key '" + blocking.key() + "' when "
					+ jobs(blocking.holders()) + ", which has it, has ended.", blocking.holders());
		}
		else {
			reasons.addJobs(Kind.KEY_IS_HELD, "It waits in the line of the key '" + blocking.key()
					+ "', whose places are taken by " + jobs(blocking.holders()) + ".", blocking.holders());
		}
	}

	private static String jobs(List<UUID> ids) {
		return ids.isEmpty() ? "nobody any more"
				: "job " + String.join(", ", ids.stream().map(UUID::toString).toList());
	}

	private void running(Reasons reasons, Whereabouts job) {
		List<NodeSnapshot> mine = this.store.overview()
			.nodes()
			.stream()
			.filter((node) -> node.number() == job.node())
			.toList();
		String where = mine.isEmpty() ? "node " + job.node() : Reasons.named(mine);
		if (mine.isEmpty() || !this.waiting.isAlive(mine.get(0))) {
			reasons.addNodes(Kind.ITS_NODE_IS_SILENT, "It was claimed by " + where + ", which has ended or is silent:"
					+ " another node gets it after the lease.", mine);
		}
		else if (job.place() == Whereabouts.Place.TO_BE_CANCELLED) {
			reasons.addNodes(Kind.IS_TO_BE_CANCELLED, "It runs on " + where + ", and was asked to leave.", mine);
		}
		else {
			reasons.addNodes(Kind.RUNS,
					"It runs on " + where + ((job.claimedAt() != null) ? " since " + Reasons.at(job.claimedAt()) : "")
							+ ", attempt " + job.status().attempts() + ".",
					mine);
		}
	}

	private static void ended(Reasons reasons, JobStatus job) {
		reasons
			.addUntil(Kind.HAS_ENDED,
					"It has ended as " + job.state() + ((job.reason() != null) ? " (" + job.reason() + ")" : "")
							+ " at " + Reasons.at(Objects.requireNonNullElse(job.endedAt(), job.enqueuedAt())) + ".",
					job.endedAt());
	}

}
