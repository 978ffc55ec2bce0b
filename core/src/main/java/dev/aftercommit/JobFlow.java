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

package dev.aftercommit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How many jobs came and went lately, minute by minute on the store's clock. Each node
 * counts what it enqueues and the outcomes of its attempts that the store accepts, and
 * tells the store every ten seconds: so the latest are not in it yet, and those of a node
 * that was killed never are. What no attempt came to is not counted: jobs that were
 * cancelled while they waited, or given up because their nodes died.
 *
 * @param readAt when it was read, on the store's clock
 * @param minutes the last 15 whole minutes and the present one so far, oldest first, also
 * those in which nothing was counted
 */
public record JobFlow(Instant readAt, List<Minute> minutes) {

	public JobFlow {
		minutes = List.copyOf(minutes);
	}

	/**
	 * What was counted in the last whole minute and in the present one so far.
	 * @return the counts of all queues
	 */
	public Counts recent() {
		return latest().stream().map(Minute::total).reduce(Counts.NONE, Counts::plus);
	}

	/**
	 * What was counted of one queue in the last whole minute and in the present one so
	 * far.
	 * @param queue its name
	 * @return its counts
	 */
	public Counts recent(String queue) {
		return latest().stream().map((minute) -> minute.of(queue)).reduce(Counts.NONE, Counts::plus);
	}

	/**
	 * The queues of which anything was counted in that time.
	 * @return their names, in their order
	 */
	public Set<String> recentQueues() {
		Set<String> queues = new TreeSet<>();
		latest().forEach((minute) -> queues.addAll(minute.queues().keySet()));
		queues.remove("");
		return queues;
	}

	/**
	 * A count of that time as a rate.
	 * @param count one of {@link #recent()}
	 * @return jobs per second, on average over the last minute or two
	 */
	public double perSecond(long count) {
		return latest().isEmpty() ? 0
				: count * 1000.0 / Duration.between(latest().get(0).begin(), this.readAt).toMillis();
	}

	private List<Minute> latest() {
		return this.minutes.subList(Math.max(0, this.minutes.size() - 2), this.minutes.size());
	}

	/**
	 * A minute.
	 *
	 * @param begin when it began, on the store's clock
	 * @param queues what was counted, by queue. The empty name stands for all queues
	 * beyond the 100 that a node tells apart in ten seconds
	 */
	public record Minute(Instant begin, Map<String, Counts> queues) {

		public Minute {
			queues = Map.copyOf(queues);
		}

		/**
		 * What was counted of one queue.
		 * @param queue its name
		 * @return its counts
		 */
		public Counts of(String queue) {
			return this.queues.getOrDefault(queue, Counts.NONE);
		}

		/**
		 * What was counted of all queues together.
		 * @return the sums
		 */
		public Counts total() {
			return this.queues.values().stream().reduce(Counts.NONE, Counts::plus);
		}

	}

	/**
	 * Numbers of jobs.
	 *
	 * @param enqueued that were enqueued, for now or for later
	 * @param succeeded that have succeeded
	 * @param retried that failed and are to be tried again: one for each attempt
	 * @param dead that were given up after an attempt
	 * @param cancelled that were cancelled while they ran
	 */
	public record Counts(long enqueued, long succeeded, long retried, long dead, long cancelled) {

		/** Nothing. */
		public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

		/**
		 * Those that have ended, and don't come back by themselves.
		 * @return how many succeeded, were given up or were cancelled
		 */
		public long ended() {
			return this.succeeded + this.dead + this.cancelled;
		}

		/**
		 * The sums of both.
		 * @param other other counts
		 * @return the sums
		 */
		public Counts plus(Counts other) {
			return new Counts(this.enqueued + other.enqueued, this.succeeded + other.succeeded,
					this.retried + other.retried, this.dead + other.dead, this.cancelled + other.cancelled);
		}

	}

}
