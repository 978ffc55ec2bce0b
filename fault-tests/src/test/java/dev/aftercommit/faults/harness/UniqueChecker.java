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

package dev.aftercommit.faults.harness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.faults.app.UniqueKind;

/**
 * Finds in a ledger what went wrong with unique keys: jobs that were taken although
 * another one had their key, and calls for which nothing was done. For calls that are
 * named as {@link UniqueKind} says.
 */
public final class UniqueChecker {

	/** The logs have milliseconds only. */
	private static final long ROUNDED = 1000;

	private final Map<String, List<Fate>> fates = new TreeMap<>();

	private final boolean joined;

	/**
	 * Check.
	 * @param ledger what happened
	 * @param times when calls were made
	 * @param claims the claims of all attempts that were begun
	 * @param joined whether calls are decided about before their callers are told
	 */
	public UniqueChecker(Ledger ledger, Map<String, Ledger.CallTime> times, List<Ledger.Claim> claims, boolean joined) {
		this.joined = joined;
		Map<String, Ledger.Job> jobs = new HashMap<>();
		ledger.jobs().forEach((job) -> jobs.put(job.id(), job));
		Map<String, Long> lastStarts = new HashMap<>();
		ledger.runs().forEach((run) -> lastStarts.merge(run.job(), run.startMicros(), Math::max));
		Map<String, Long> waited = claims.stream()
			.filter((claim) -> claim.attempt() == 1)
			.collect(Collectors.toMap(Ledger.Claim::job, Ledger.Claim::waitedMicros, Math::min));
		Map<String, Long> accepted = ledger.applied()
			.stream()
			.filter((applied) -> applied.state().equals("SUCCEEDED"))
			.collect(Collectors.toMap(Ledger.Applied::job, Ledger.Applied::micros, Math::min));
		ledger.calls()
			.forEach((call, id) -> this.fates.computeIfAbsent(UniqueKind.keyOf(call), (key) -> new ArrayList<>())
				.add(new Fate(call, times.get(call), jobs.get(id), waited.get(id), lastStarts.get(id),
						accepted.getOrDefault(id, Long.MAX_VALUE))));
	}

	/**
	 * Calls whose jobs were taken although an earlier one of their key was there that
	 * should have been kept, or replaced, or waited for.
	 */
	public List<String> beside() {
		List<String> beside = new ArrayList<>();
		this.fates.values().forEach((ofKey) -> {
			List<Fate> taken = ofKey.stream().filter((fate) -> fate.job() != null).toList();
			for (Fate later : taken) {
				if (taken.stream().anyMatch((earlier) -> earlier.isStillThereAt(later))) {
					beside.add(later.call());
				}
			}
		});
		return beside;
	}

	/**
	 * Calls that were merged with others, or replaced, and for which a job ran to its end
	 * all the same, by what the store should have of their own jobs.
	 */
	public Map<String, String> merged() {
		Map<String, String> merged = new HashMap<>();
		this.fates.values().forEach((ofKey) -> ofKey.forEach((fate) -> {
			String state = fate.stateIfMerged();
			if (state != null && isDoneFor(fate, ofKey, (other) -> isLater(fate, other))) {
				merged.put(fate.call(), state);
			}
		}));
		return merged;
	}

	/**
	 * Calls that were replaced by calls that had been made before them, and by no other.
	 */
	public List<String> replacedByEarlier() {
		List<String> replaced = new ArrayList<>();
		this.fates.values().forEach((ofKey) -> ofKey.forEach((fate) -> {
			if ("CANCELLED".equals(fate.stateIfMerged()) && isDoneFor(fate, ofKey, (other) -> true)
					&& !isDoneFor(fate, ofKey, (other) -> isLater(fate, other))) {
				replaced.add(fate.call());
			}
		}));
		return replaced;
	}

	private boolean isDoneFor(Fate fate, List<Fate> ofKey, Predicate<Fate> which) {
		return ofKey.stream().filter((other) -> other.isDone() && which.test(other)).anyMatch((other) -> {
			if (fate.kind() == UniqueKind.KEEP) {
				return other.accepted() >= fate.time().begunMicros() && wasThereInTime(fate, other);
			}
			return other.lastStart() >= fate.time().begunMicros()
					&& (fate.kind().isReplacing() || wasThereInTime(fate, other));
		});
	}

	/** With an outbox, what was called for may be taken much later. */
	private boolean wasThereInTime(Fate fate, Fate kept) {
		return !this.joined || fate.time().toldMicros() == Long.MAX_VALUE
				|| kept.job().enqueuedMicros() <= fate.time().toldMicros() + ROUNDED;
	}

	/** As far as anybody knows. */
	private static boolean isLater(Fate fate, Fate other) {
		return !fate.kind().isReplacing() || other.time().toldMicros() >= fate.time().begunMicros();
	}

	/**
	 * What became of a call.
	 *
	 * @param job its own job, if there ever was one
	 * @param waited from when that was taken to its first claim, if it is known
	 * @param lastStart of its body, if it has run
	 * @param accepted when its node knew that it had succeeded: until shortly before, it
	 * was kept. For ever if that node was killed
	 */
	private record Fate(String call, Ledger.CallTime time, Ledger.@Nullable Job job, @Nullable Long waited,
			@Nullable Long lastStart, long accepted) {

		UniqueKind kind() {
			return UniqueKind.of(this.call);
		}

		boolean isDone() {
			return this.job != null && this.job.state().equals("SUCCEEDED") && this.lastStart != null;
		}

		@Nullable String stateIfMerged() {
			if (kind().isReplacing()) {
				return (this.job != null && this.job.state().equals("CANCELLED")) ? "CANCELLED" : null;
			}
			return (this.job == null) ? "DELETED" : null;
		}

		/** Whether another one could not be taken beside it, by what it came to later. */
		boolean isStillThereAt(Fate later) {
			long taken = this.job.enqueuedMicros();
			long now = later.job().enqueuedMicros();
			if (taken >= now) {
				return false;
			}
			if (kind() == UniqueKind.KEEP) {
				return this.job.endedMicros() > now;
			}
			// Of one whose node died before it began, nobody knows when it was claimed.
			return this.waited != null && taken + this.waited > now;
		}

	}

}
