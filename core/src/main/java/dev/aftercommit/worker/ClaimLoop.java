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

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.Lease;

/**
 * Looks for jobs, on one thread: again at once while there are as many as there is room
 * for, then up the {@link PollLadder}. Wake-ups are hints, polling is the truth.
 */
final class ClaimLoop {

	private static final int PROMOTED_AT_ONCE = 1000;

	private static final int SETTLED_AT_ONCE = 10_000;

	/** What quick bodies were claimed for must not wait behind slow ones for longer. */
	private static final long LONGEST_IN_HAND_NANOS = TimeUnit.SECONDS.toNanos(1);

	/**
	 * Between two looks for the sake of a rate: what it allows until then is not lost.
	 */
	private static final long SHORTEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private final JobLeases leases;

	private final Membership membership;

	private final Capacity capacity;

	private final Slots slots;

	private final NodeState node;

	private final ClaimSettings settings;

	private final Outage outage;

	private final PollLadder ladder;

	private final Loop loop;

	private boolean dueKnown;

	private long dueNanos;

	private long lookedNanos;

	ClaimLoop(JobLeases leases, Membership membership, Capacity capacity, Slots slots, NodeState node,
			ClaimSettings settings, Outage outage) {
		this.leases = leases;
		this.membership = membership;
		this.capacity = capacity;
		this.slots = slots;
		this.node = node;
		this.settings = settings;
		this.outage = outage;
		this.ladder = new PollLadder(settings.worker().pollInterval(), settings.random());
		this.loop = new Loop("aftercommit-claim", outage, this::look);
		this.lookedNanos = node.nanoTime();
	}

	Loop loop() {
		return this.loop;
	}

	/** One step: promote what is due, claim what there is room for. */
	long look() {
		NodeSession session = this.membership.claimingSession();
		if (session == null || this.node.isStopping()) {
			return this.settings.worker().pollInterval().toNanos();
		}
		this.slots.giveBackOlderThan(LONGEST_IN_HAND_NANOS, this.node.nanoTime());
		promoteIfDue();
		Capacity.Room room = this.settings.rules().names().isEmpty() ? Capacity.Room.NONE : this.capacity.hold();
		if (room.slots() == 0) {
			return Math.min(this.settings.worker().pollInterval().toNanos(), LONGEST_IN_HAND_NANOS);
		}
		Claim claim = claim(session, room);
		remember(claim.nextDue());
		boolean moreMayGoOn = claim.unsettled() && settle();
		if (moreMayGoOn || claim.jobs().size() >= room.slots()) {
			this.ladder.reset();
			return 0;
		}
		if (claim.jobs().isEmpty()) {
			this.capacity.foundNothing();
		}
		else {
			this.ladder.reset();
		}
		long wait = Math.min(this.ladder.next(), nextStart(claim));
		return this.dueKnown ? Math.min(wait, Math.max(0, this.dueNanos - this.node.nanoTime())) : wait;
	}

	/** Jobs that may go on by now may be for other nodes, too. */
	private boolean settle() {
		int passed = this.leases.settle(SETTLED_AT_ONCE);
		if (passed > 0) {
			this.settings.onSettled().run();
		}
		return passed > 0;
	}

	private Claim claim(NodeSession session, Capacity.Room room) {
		long token = session.tokens().take();
		List<ClaimedJob> jobs = List.of();
		boolean answered = false;
		try {
			StartRules rules = this.settings.rules();
			Claim claim = this.leases.claim(
					new ClaimRequest(new Lease(session.number(), token), this.settings.worker().queues(), room.atMost(),
							rules.names(), room.slots(), rules.weights(), rules.rates(), room.atOnce(), rules.apart()));
			rules.learn(claim);
			jobs = claim.jobs();
			answered = true;
			this.outage.over();
			return claim;
		}
		finally {
			session.tokens().hold(token, jobs.size());
			this.capacity.settle(room, jobs);
			long now = this.node.nanoTime();
			run(jobs.stream().map((job) -> new Attempt(job, session, this.node, now)).toList());
			if (!answered) {
				// Whether the store has given us jobs is unknown: they are not to wait
				// here. Only now that the token is no longer held can they be found.
				this.settings.onUnknown().run();
				this.capacity.seeBacklog();
			}
		}
	}

	/** Those whose start was counted go before what is in hand and has not begun. */
	private void run(List<Attempt> attempts) {
		List<Attempt> rated = attempts.stream().filter(this.settings.rules()::isRated).toList();
		if (!rated.isEmpty()) {
			this.slots.runFirst(rated);
		}
		this.slots.run(attempts.stream().filter((attempt) -> !this.settings.rules().isRated(attempt)).toList());
	}

	private long nextStart(Claim claim) {
		return claim.nextStart().map((wait) -> Math.max(nanos(wait), SHORTEST_WAIT_NANOS)).orElse(Long.MAX_VALUE);
	}

	private void promoteIfDue() {
		long now = this.node.nanoTime();
		boolean due = this.dueKnown && now - this.dueNanos >= 0;
		boolean longNoLook = now - this.lookedNanos > this.settings.worker().pollInterval().toNanos() * 2;
		if (due || longNoLook) {
			this.lookedNanos = now;
			int promoted = this.leases.promote(PROMOTED_AT_ONCE);
			this.outage.over();
			this.dueKnown = promoted == PROMOTED_AT_ONCE;
		}
	}

	private void remember(Optional<Duration> nextDue) {
		long now = this.node.nanoTime();
		this.lookedNanos = now;
		this.dueKnown = nextDue.isPresent();
		nextDue.ifPresent((wait) -> this.dueNanos = now + nanos(wait));
	}

	private long nanos(Duration wait) {
		Duration longest = this.settings.worker().lease();
		return (wait.compareTo(longest) < 0) ? wait.toNanos() : longest.toNanos();
	}

	/**
	 * What is claimed.
	 *
	 * @param worker queues and times
	 * @param rules what decides which jobs may start
	 * @param random gives a number from 0, included, to 1
	 * @param onUnknown is run when the answer to a claim was lost
	 * @param onSettled is run when jobs that waited for a key wait for a worker
	 */
	record ClaimSettings(WorkerSettings worker, StartRules rules, DoubleSupplier random, Runnable onUnknown,
			Runnable onSettled) {

	}

}
