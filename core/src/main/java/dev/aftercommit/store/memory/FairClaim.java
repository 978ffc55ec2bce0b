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

package dev.aftercommit.store.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Permits;

/**
 * Picks jobs from all queues in turn, each as often in a row as it weighs, so that no
 * queue gets all of the limit. Where it begins moves on from claim to claim: with a limit
 * of one, each queue has its turn.
 */
final class FairClaim {

	private int turn;

	List<StoredJob> pick(Lanes ready, Set<String> paused, ClaimRequest request, Permits permits) {
		List<Picker> turns = new ArrayList<>();
		for (String queue : ready.queues()) {
			if (!paused.contains(queue) && (request.queues() == null || request.queues().contains(queue))) {
				turns.addAll(Collections.nCopies(request.weight(queue), new Picker(ready, queue, request, permits)));
			}
		}
		List<StoredJob> picked = new ArrayList<>();
		int next = turns.isEmpty() ? 0 : Math.floorMod(this.turn++, turns.size());
		while (picked.size() < request.limit() && !turns.isEmpty()) {
			next = (next < turns.size()) ? next : 0;
			Picker picker = turns.get(next);
			if (picker.pick(picked)) {
				next++;
			}
			else {
				next = turns.indexOf(picker);
				turns.removeIf((other) -> other == picker);
			}
		}
		picked.sort(StoredJob.BY_PRIORITY);
		return picked;
	}

	/** The known lanes of one queue, as if they were one. */
	private static final class Picker {

		private final PriorityQueue<Head> heads = new PriorityQueue<>(
				Comparator.comparing(Head::job, StoredJob.BY_PRIORITY));

		private final Permits permits;

		private int left;

		private Picker(Lanes ready, String queue, ClaimRequest request, Permits permits) {
			this.permits = permits;
			this.left = request.most(queue);
			ready.of(queue).forEach((name, lane) -> {
				if (request.names().contains(name)) {
					this.heads.add(new Head(lane.first(), lane.tailSet(lane.first(), false).iterator()));
				}
			});
		}

		private boolean pick(List<StoredJob> picked) {
			Head head = (this.left > 0) ? next() : null;
			if (head == null) {
				return false;
			}
			picked.add(head.job());
			this.permits.use(head.job().queue, head.job().name);
			this.left--;
			if (head.others().hasNext()) {
				this.heads.add(new Head(head.others().next(), head.others()));
			}
			return true;
		}

		/** Of a lane that a rate holds up, nothing. */
		private @Nullable Head next() {
			Head head = this.heads.poll();
			while (head != null && this.permits.left(head.job().queue, head.job().name) <= 0) {
				head = this.heads.poll();
			}
			return head;
		}

		/** The next job of a lane, and those after it. */
		private record Head(StoredJob job, Iterator<StoredJob> others) {

		}

	}

}
