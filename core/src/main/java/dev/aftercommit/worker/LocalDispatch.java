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

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;

/**
 * Slots reserved for jobs that are being enqueued on this node.
 */
final class LocalDispatch {

	private static final Logger logger = LoggerFactory.getLogger(LocalDispatch.class);

	private final WorkerSettings settings;

	private final StartRules rules;

	private final Membership membership;

	private final Capacity capacity;

	private final Slots slots;

	private final NodeState node;

	private final Runnable onUnknown;

	private final Map<Lease, Reservation> reservations = new ConcurrentHashMap<>();

	LocalDispatch(WorkerSettings settings, StartRules rules, Membership membership, Capacity capacity, Slots slots,
			NodeState node, Runnable onUnknown) {
		this.settings = settings;
		this.rules = rules;
		this.membership = membership;
		this.capacity = capacity;
		this.slots = slots;
		this.node = node;
		this.onUnknown = onUnknown;
	}

	Optional<Lease> reserve(NewJob job) {
		boolean possible = this.settings.localDispatch() && job.time() == null && !this.node.isStopping()
				&& this.settings.serves(job.queue()) && this.rules.allowsLocalDispatch(job);
		NodeSession session = possible ? this.membership.claimingSession() : null;
		if (session == null || !this.capacity.reserve(job.queue())) {
			return Optional.empty();
		}
		Lease lease = new Lease(session.number(), session.tokens().take());
		this.reservations.put(lease, new Reservation(session, job.queue()));
		return Optional.of(lease);
	}

	void run(ClaimedJob job) {
		Reservation reservation = this.reservations.remove(job.lease());
		if (reservation == null) {
			logger.warn("No slot is reserved for job {} ({}): it runs when its lease {} is given back", job.id(),
					job.name(), job.lease());
			return;
		}
		this.slots.run(List.of(new Attempt(job, reservation.session(), this.node, this.node.nanoTime())));
	}

	void free(Lease lease) {
		Reservation reservation = this.reservations.remove(lease);
		if (reservation != null) {
			this.capacity.release(reservation.queue());
			reservation.session().tokens().release(lease.token());
			this.onUnknown.run();
		}
	}

	private record Reservation(NodeSession session, String queue) {

	}

}
