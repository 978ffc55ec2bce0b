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

package dev.aftercommit.store;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What rates allow one claim, and what of it was used. For stores that ask those rates
 * for which jobs wait before they claim, and write down afterwards what was spent. Not
 * safe for threads.
 */
public final class Permits {

	private static final Duration SOON = Duration.ofMillis(10);

	private final long now;

	private final int most;

	private final Map<Rate, Long> spent = new LinkedHashMap<>();

	private final Map<Rate, Integer> left = new LinkedHashMap<>();

	private final Map<Rate, Integer> used = new LinkedHashMap<>();

	private final Set<Rate> unasked = new LinkedHashSet<>();

	/**
	 * Begin a claim.
	 * @param now the store's clock, in microseconds since 1970
	 * @param most the most jobs to claim by any one rate
	 */
	public Permits(long now, int most) {
		this.now = now;
		this.most = most;
	}

	/**
	 * Nobody else touches this rate until the claim is over.
	 * @param rate a rate for which jobs wait
	 * @param spent up to when its starts are spent
	 */
	public void grant(Rate rate, long spent) {
		this.spent.put(rate, spent);
		this.left.put(rate, Math.min(this.most, rate.limit().allowed(spent, this.now)));
		if (rate.limit().isTooFarAhead(spent, this.now)) {
			this.used.put(rate, 0);
		}
	}

	/**
	 * Somebody else has this rate at this moment: nothing of it may start in this claim.
	 * @param rate a rate for which jobs wait
	 */
	public void refuse(Rate rate) {
		this.left.put(rate, 0);
	}

	/**
	 * Nobody waited for this rate when the others were asked: nothing of it may start in
	 * this claim, whoever has come since. It is not looked at again because of that.
	 * @param rate a rate for which no jobs waited
	 */
	public void leave(Rate rate) {
		this.unasked.add(rate);
	}

	/**
	 * Rates for which no jobs waited.
	 * @return those of which nothing may start in this claim
	 */
	public Set<Rate> unasked() {
		return this.unasked;
	}

	/**
	 * How many more jobs of a queue and a name may be claimed by all rates that hold for
	 * them.
	 * @param queue the queue
	 * @param name the name
	 * @return the number, at most {@link Integer#MAX_VALUE}
	 */
	public int left(String queue, String name) {
		return this.left.entrySet()
			.stream()
			.filter((rate) -> rate.getKey().isOf(queue, name))
			.mapToInt(Map.Entry::getValue)
			.min()
			.orElse(Integer.MAX_VALUE);
	}

	/**
	 * How many more jobs of a rate may be claimed.
	 * @return the number of each rate for which jobs wait
	 */
	public Map<Rate, Integer> left() {
		return this.left;
	}

	/**
	 * A job was claimed.
	 * @param queue its queue
	 * @param name its name
	 */
	public void use(String queue, String name) {
		this.left.replaceAll((rate, number) -> {
			if (!rate.isOf(queue, name)) {
				return number;
			}
			this.used.merge(rate, 1, Integer::sum);
			return number - 1;
		});
	}

	/**
	 * These jobs were claimed.
	 * @param jobs the jobs
	 */
	public void use(Collection<ClaimedJob> jobs) {
		jobs.forEach((job) -> use(job.queue(), job.name()));
	}

	/**
	 * What the store is to keep from now on.
	 * @return up to when starts are spent, of each rate of which that has changed
	 */
	public Map<Rate, Long> spent() {
		Map<Rate, Long> changed = new LinkedHashMap<>();
		this.used.forEach((rate, number) -> changed.put(rate,
				rate.limit().spend(this.spent.getOrDefault(rate, 0L), this.now, number)));
		return changed;
	}

	/**
	 * How much of a rate this claim has taken.
	 * @param rate one of those of which something was spent
	 * @return the time, in microseconds, by which its starts are spent further
	 */
	public long taken(Rate rate) {
		return rate.limit().spend(0, 0, this.used.getOrDefault(rate, 0));
	}

	/**
	 * When to look again because of rates.
	 * @return time until one of the rates of which nothing is left lets a job start;
	 * empty if there is none
	 */
	public Optional<Duration> nextStart() {
		Map<Rate, Long> changed = spent();
		return this.left.entrySet().stream().filter((rate) -> rate.getValue() <= 0).map((rate) -> {
			Long before = this.spent.get(rate.getKey());
			return (before != null)
					? rate.getKey().limit().untilNext(changed.getOrDefault(rate.getKey(), before), this.now) : SOON;
		}).min(Duration::compareTo);
	}

}
