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

package dev.aftercommit.flow;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import dev.aftercommit.JobFlow;
import dev.aftercommit.store.Flow;

/**
 * Counts by queue, of no more queues than the store takes at once: those of the others
 * are one. Counting locks and allocates nothing, but for the first of a queue.
 */
final class FlowCounts {

	private final Map<String, Adders> byQueue = new ConcurrentHashMap<>();

	private final Adders others = new Adders();

	/** Count one more. On any thread. */
	void add(String queue, Kind kind) {
		Adders adders = of(queue);
		adders.add(kind, 1);
		if (adders.left) {
			add(queue, adders.take());
		}
	}

	private void add(String queue, JobFlow.Counts counts) {
		Adders adders = of(queue);
		Stream.of(Kind.values()).forEach((kind) -> adders.add(kind, kind.of(counts)));
		if (adders.left) {
			add(queue, adders.take());
		}
	}

	private Adders of(String queue) {
		Adders known = queue.equals(Flow.OTHER_QUEUES) ? this.others : this.byQueue.get(queue);
		if (known != null) {
			return known;
		}
		return (this.byQueue.size() < Flow.MOST_QUEUES) ? this.byQueue.computeIfAbsent(queue, (name) -> new Adders())
				: this.others;
	}

	/**
	 * Take what was counted since it was last taken: each count once. Queues of which
	 * nothing was are forgotten. On any thread.
	 * @return the counts of at most so many queues as the store takes
	 */
	synchronized Map<String, JobFlow.Counts> take() {
		Map<String, JobFlow.Counts> taken = new HashMap<>();
		this.byQueue.forEach((queue, adders) -> {
			JobFlow.Counts counts = adders.take();
			put(taken, queue, counts.equals(JobFlow.Counts.NONE) ? forget(queue, adders) : counts);
		});
		put(taken, Flow.OTHER_QUEUES, this.others.take());
		return taken;
	}

	/** Whoever has found them just before counts again, or is seen here. */
	private JobFlow.Counts forget(String queue, Adders adders) {
		this.byQueue.remove(queue);
		adders.left = true;
		return adders.take();
	}

	private static void put(Map<String, JobFlow.Counts> taken, String queue, JobFlow.Counts counts) {
		if (!counts.equals(JobFlow.Counts.NONE)) {
			boolean fits = taken.containsKey(queue) || taken.size() < Flow.MOST_QUEUES;
			taken.merge(fits ? queue : Flow.OTHER_QUEUES, counts, JobFlow.Counts::plus);
		}
	}

	/** Count what was taken again: the store has not got it. */
	void giveBack(Map<String, JobFlow.Counts> taken) {
		taken.forEach(this::add);
	}

	/**
	 * What is counted.
	 */
	enum Kind {

		ENQUEUED, SUCCEEDED, RETRIED, DEAD, CANCELLED;

		long of(JobFlow.Counts counts) {
			return switch (this) {
				case ENQUEUED -> counts.enqueued();
				case SUCCEEDED -> counts.succeeded();
				case RETRIED -> counts.retried();
				case DEAD -> counts.dead();
				case CANCELLED -> counts.cancelled();
			};
		}

	}

	/** The counts of a queue. */
	private static final class Adders {

		private final Map<Kind, LongAdder> adders = new EnumMap<>(Kind.class);

		/** Whether nobody looks for them any more. */
		private volatile boolean left;

		Adders() {
			for (Kind kind : Kind.values()) {
				this.adders.put(kind, new LongAdder());
			}
		}

		private LongAdder of(Kind kind) {
			return Objects.requireNonNull(this.adders.get(kind));
		}

		void add(Kind kind, long count) {
			of(kind).add(count);
		}

		JobFlow.Counts take() {
			return new JobFlow.Counts(take(Kind.ENQUEUED), take(Kind.SUCCEEDED), take(Kind.RETRIED), take(Kind.DEAD),
					take(Kind.CANCELLED));
		}

		private long take(Kind kind) {
			return of(kind).sumThenReset();
		}

	}

}
