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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;

import dev.aftercommit.store.ClaimRequest;

/**
 * Picks jobs from all queues in turn, so that no queue gets all of the limit. Where it
 * begins moves on from claim to claim: with a limit of one, each queue has its turn.
 */
final class FairClaim {

	private int turn;

	List<StoredJob> pick(Map<String, NavigableSet<StoredJob>> ready, ClaimRequest request) {
		List<Picker> queues = new ArrayList<>();
		ready.forEach((queue, waiting) -> {
			if (request.queues() == null || request.queues().contains(queue)) {
				int atMost = request.atMost().getOrDefault(queue, request.limit());
				queues.add(new Picker(waiting.iterator(), atMost));
			}
		});
		List<StoredJob> picked = new ArrayList<>();
		int next = queues.isEmpty() ? 0 : Math.floorMod(this.turn++, queues.size());
		while (picked.size() < request.limit() && !queues.isEmpty()) {
			next = (next < queues.size()) ? next : 0;
			if (queues.get(next).pick(request, picked)) {
				next++;
			}
			else {
				queues.remove(next);
			}
		}
		picked.sort(StoredJob.BY_PRIORITY);
		return picked;
	}

	private static final class Picker {

		private final Iterator<StoredJob> waiting;

		private int left;

		private Picker(Iterator<StoredJob> waiting, int atMost) {
			this.waiting = waiting;
			this.left = atMost;
		}

		private boolean pick(ClaimRequest request, List<StoredJob> picked) {
			while (this.left > 0 && this.waiting.hasNext()) {
				StoredJob job = this.waiting.next();
				if (request.names().contains(job.name)) {
					picked.add(job);
					this.left--;
					return true;
				}
			}
			return false;
		}

	}

}
