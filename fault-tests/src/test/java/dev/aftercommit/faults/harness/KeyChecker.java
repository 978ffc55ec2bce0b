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

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Finds in a ledger how many jobs of a key went on at the same moment, and which were
 * overtaken. A job goes on from its first start to its end, also while it waits to be run
 * again after its node has died.
 */
public final class KeyChecker {

	private final Map<String, List<Span>> spans = new TreeMap<>();

	private final Map<String, NavigableSet<Long>> starts = new HashMap<>();

	/**
	 * Check.
	 * @param ledger what happened
	 * @param keyOf the key of a call, {@code null} if it is of no interest
	 */
	public KeyChecker(Ledger ledger, Function<String, @Nullable String> keyOf) {
		Map<String, Ledger.Job> jobs = new HashMap<>();
		ledger.jobs().forEach((job) -> jobs.put(job.id(), job));
		Map<String, List<Ledger.Run>> runs = ledger.runs().stream().collect(Collectors.groupingBy(Ledger.Run::job));
		runs.forEach((id, ofJob) -> {
			String key = keyOf.apply(ofJob.get(0).call());
			if (key != null) {
				this.spans.computeIfAbsent(key, (each) -> new ArrayList<>()).add(span(ofJob, jobs.get(id)));
				NavigableSet<Long> starts = this.starts.computeIfAbsent(key, (each) -> new TreeSet<>());
				ofJob.forEach((run) -> starts.add(run.startMicros()));
			}
		});
	}

	private static Span span(List<Ledger.Run> runs, Ledger.@Nullable Job job) {
		Ledger.Run last = runs.get(runs.size() - 1);
		return new Span(runs.get(0).call(), runs.get(0).startMicros(), end(last, job));
	}

	// Before its outcome was stored, so before anybody else could go on. The logs have
	// milliseconds only.
	private static long end(Ledger.Run last, Ledger.@Nullable Job job) {
		if (last.ended().equals("ok")) {
			return last.endMicros();
		}
		Long ended = (job != null) ? job.endedMicros() : null;
		return (ended != null) ? ended / 1000 * 1000 : Long.MAX_VALUE;
	}

	/** The keys of which jobs have run. */
	public List<String> keys() {
		return List.copyOf(this.spans.keySet());
	}

	/**
	 * The most jobs of a key that went on at the same moment.
	 * @param key the key
	 * @return how many
	 */
	public int mostAtOnce(String key) {
		TreeMap<Long, Integer> changes = new TreeMap<>();
		for (Span span : this.spans.getOrDefault(key, List.of())) {
			changes.merge(span.from(), 1, Integer::sum);
			changes.merge(span.to(), -1, Integer::sum);
		}
		int most = 0;
		int now = 0;
		for (int change : changes.values()) {
			now += change;
			most = Math.max(most, now);
		}
		return most;
	}

	/**
	 * Calls whose jobs began after that of a later call.
	 * @param key their key
	 * @param number the place of a call among the calls of its key
	 * @return the calls
	 */
	public List<String> overtaken(String key, ToIntFunction<String> number) {
		List<Span> latestFirst = new ArrayList<>(this.spans.getOrDefault(key, List.of()));
		latestFirst.sort(Comparator.comparingInt((Span span) -> number.applyAsInt(span.call())).reversed());
		List<String> overtaken = new ArrayList<>();
		long earliest = Long.MAX_VALUE;
		for (Span span : latestFirst) {
			if (span.from() > earliest) {
				overtaken.add(span.call());
			}
			earliest = Math.min(earliest, span.from());
		}
		return overtaken;
	}

	/**
	 * How long a key stood still: from a moment to the next start of one of its bodies.
	 * @param key the key
	 * @param micros the moment, since the epoch
	 * @return the time; {@code null} if none was started any more
	 */
	public @Nullable Duration stoodStill(String key, long micros) {
		Long next = this.starts.getOrDefault(key, new TreeSet<>()).higher(micros);
		return (next != null) ? Duration.of(next - micros, ChronoUnit.MICROS) : null;
	}

	private record Span(String call, long from, long to) {

	}

}
