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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds in a ledger what was lost, ran unasked, ran twice, or never ended.
 */
public final class Checker {

	/** The next attempt has the same number. */
	private static final Set<String> GIVEN_BACK = Set.of("INTERRUPTED", "SNOOZED");

	private final Ledger ledger;

	private final boolean stored;

	private final Map<String, String> expected;

	private final Map<String, List<Ledger.Run>> runsByCall;

	private final Map<String, List<Ledger.Job>> jobsById;

	private final Map<String, Long> lastStarts = new HashMap<>();

	/**
	 * Check.
	 * @param ledger what happened
	 * @param stored whether there is a store at all
	 * @param expected end states, by call, of those that are not to succeed
	 */
	public Checker(Ledger ledger, boolean stored, Map<String, String> expected) {
		this.ledger = ledger;
		this.stored = stored;
		this.expected = expected;
		this.runsByCall = ledger.runs().stream().collect(Collectors.groupingBy(Ledger.Run::call));
		this.jobsById = ledger.jobs().stream().collect(Collectors.groupingBy(Ledger.Job::id));
		ledger.runs().forEach((run) -> this.lastStarts.merge(run.job(), run.startMicros(), Math::max));
	}

	/**
	 * Count.
	 * @param crashes when each node was killed or cut off, in microseconds since the
	 * epoch
	 * @return the figures
	 */
	public Figures figures(Map<String, Long> crashes) {
		Set<String> calls = new HashSet<>(this.ledger.told().keySet());
		calls.addAll(this.ledger.calls().keySet());
		int unknown = (int) this.ledger.told()
			.values()
			.stream()
			.filter((told) -> told.equals("unknown") || told.equals("begin"))
			.count();
		int further = this.runsByCall.values().stream().mapToInt((runs) -> runs.size() - 1).sum();
		int unexplained = this.stored ? unexplained() : further;
		int stale = (int) this.ledger.applied().stream().filter(Ledger.Applied::isStale).count();
		return new Figures(calls.size(), this.ledger.calls().size(), unknown, this.ledger.runs().size(), lost().size(),
				ghosts().size(), further - unexplained, unexplained, overlappingOutcomes().size(), overlappingBodies(),
				stale, stuck().size(), recoveries(crashes));
	}

	/** Calls that were lost. */
	public Set<String> lost() {
		Set<String> lost = this.ledger.calls()
			.entrySet()
			.stream()
			.filter((call) -> !isEnded(call.getKey(), call.getValue()))
			.map(Map.Entry::getKey)
			.collect(Collectors.toCollection(HashSet::new));
		this.ledger.told().forEach((call, told) -> {
			if (told.equals("committed") && !this.ledger.calls().containsKey(call)) {
				lost.add(call);
			}
		});
		return lost;
	}

	private boolean isEnded(String call, String job) {
		String state = this.expected.getOrDefault(call, "SUCCEEDED");
		boolean ran = !state.equals("SUCCEEDED")
				|| this.runsByCall.getOrDefault(call, List.of()).stream().anyMatch((run) -> run.ended().equals("ok"));
		List<Ledger.Job> places = this.jobsById.getOrDefault(job, List.of());
		if (state.equals("DELETED")) {
			return places.isEmpty();
		}
		return ran && (!this.stored || places.stream().anyMatch((stored) -> stored.state().equals(state)));
	}

	/** Calls that ran, and jobs that are stored, without a committed business row. */
	public Set<String> ghosts() {
		Set<String> ghosts = new HashSet<>(this.runsByCall.keySet());
		ghosts.removeAll(this.ledger.calls().keySet());
		Set<String> unasked = new HashSet<>(this.jobsById.keySet());
		unasked.removeAll(this.ledger.calls().values());
		Set<String> counted = this.ledger.runs().stream().map(Ledger.Run::job).collect(Collectors.toSet());
		unasked.removeAll(counted);
		ghosts.addAll(unasked);
		return ghosts;
	}

	// A further run is explained by the end of the one before it: given back, or recorded
	// as not succeeded; where an operator deleted the record, or it was one snooze of
	// very many, by what its node was told.
	private int unexplained() {
		Set<String> recorded = this.ledger.attempts()
			.stream()
			.map((attempt) -> attempt.job() + "#" + attempt.attempt())
			.collect(Collectors.toCollection(HashSet::new));
		this.ledger.applied()
			.stream()
			.filter((applied) -> !applied.isStale() && Set.of("FAILED", "SNOOZED").contains(applied.outcome()))
			.forEach((applied) -> recorded.add(applied.job() + "#" + applied.attempt()));
		int unexplained = 0;
		for (List<Ledger.Run> runs : this.runsByCall.values()) {
			for (int i = 1; i < runs.size(); i++) {
				Ledger.Run before = runs.get(i - 1);
				boolean explained = before.ended().equals("interrupted")
						|| recorded.contains(before.job() + "#" + before.attempt());
				unexplained += explained ? 0 : 1;
			}
		}
		return unexplained;
	}

	/** Jobs of which two outcomes were accepted. */
	public Set<String> overlappingOutcomes() {
		Set<String> overlapping = new HashSet<>();
		Map<String, Set<String>> outcomes = new HashMap<>();
		this.ledger.attempts()
			.stream()
			.filter((attempt) -> !GIVEN_BACK.contains(attempt.outcome()))
			.forEach((attempt) -> outcomes
				.computeIfAbsent(attempt.job() + "#" + attempt.attempt(), (key) -> new HashSet<>())
				.add(attempt.outcome()));
		this.ledger.applied()
			.stream()
			.filter((applied) -> !applied.isStale() && !GIVEN_BACK.contains(applied.outcome()))
			.forEach((applied) -> outcomes
				.computeIfAbsent(applied.job() + "#" + applied.attempt(), (key) -> new HashSet<>())
				.add(applied.outcome()));
		outcomes.forEach((attempt, accepted) -> {
			if (accepted.size() > 1) {
				overlapping.add(attempt.substring(0, attempt.indexOf('#')));
			}
		});
		Map<String, Set<Integer>> successes = new HashMap<>();
		this.ledger.applied()
			.stream()
			.filter((applied) -> applied.state().equals("SUCCEEDED"))
			.forEach((applied) -> successes.computeIfAbsent(applied.job(), (key) -> new HashSet<>())
				.add(applied.attempt()));
		successes.forEach((job, attempts) -> {
			if (attempts.size() > 1) {
				overlapping.add(job);
			}
		});
		this.jobsById.forEach((job, places) -> {
			if (places.size() > 1 || isRunAfterItsEnd(job, places.get(0))) {
				overlapping.add(job);
			}
		});
		return overlapping;
	}

	private boolean isRunAfterItsEnd(String job, Ledger.Job place) {
		Long ended = place.endedMicros();
		return ended != null && this.lastStarts.getOrDefault(job, Long.MIN_VALUE) > ended;
	}

	private int overlappingBodies() {
		int overlapping = 0;
		for (List<Ledger.Run> runs : this.runsByCall.values()) {
			long end = Long.MIN_VALUE;
			boolean overlaps = false;
			for (Ledger.Run run : runs) {
				overlaps |= run.startMicros() < end;
				// Of a run whose end was never noted, nobody knows how long it went on.
				end = Math.max(end, (run.endMicros() == Long.MAX_VALUE) ? run.startMicros() : run.endMicros());
			}
			overlapping += overlaps ? 1 : 0;
		}
		return overlapping;
	}

	/** Jobs that have not ended, or that the store has lost track of. */
	public Set<String> stuck() {
		Set<String> stuck = this.ledger.jobs()
			.stream()
			.filter((job) -> !job.isTerminal())
			.map(Ledger.Job::id)
			.collect(Collectors.toCollection(HashSet::new));
		this.ledger.calls().forEach((call, job) -> {
			if (Set.of("ENQUEUED", "WAITING").contains(this.expected.getOrDefault(call, ""))) {
				stuck.remove(job);
			}
		});
		return stuck;
	}

	private List<Long> recoveries(Map<String, Long> crashes) {
		List<Long> recoveries = new ArrayList<>();
		for (Ledger.Run run : this.ledger.runs()) {
			Long crash = crashes.get(run.node());
			if (crash != null && run.startMicros() < crash && run.endMicros() > crash) {
				this.runsByCall.get(run.call())
					.stream()
					.filter((next) -> next.startMicros() > crash)
					.findFirst()
					.ifPresent((next) -> recoveries.add((next.startMicros() - crash) / 1000));
			}
		}
		recoveries.sort(Comparator.naturalOrder());
		return recoveries;
	}

}
