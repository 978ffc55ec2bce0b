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

package dev.aftercommit.store.jdbc;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobTime;
import dev.aftercommit.store.Headers;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;

/**
 * Jobs to insert, column by column.
 *
 * @param jobs the jobs
 * @param gates what some of them must get before they wait for a worker, by their ids
 */
record Inserted(List<StagedJob> jobs, Map<UUID, Gate> gates) {

	static Inserted of(List<NewJob> jobs) {
		return new Inserted(staged(jobs), Map.of());
	}

	static List<StagedJob> staged(List<NewJob> jobs) {
		return jobs.stream().map((job) -> new StagedJob(job, null)).toList();
	}

	List<NewJob> newJobs() {
		return this.jobs.stream().map(StagedJob::job).toList();
	}

	boolean anyGated() {
		return !this.gates.isEmpty();
	}

	boolean anyDueAtOnce() {
		return this.jobs.stream().anyMatch((job) -> job.lease() == null && job.job().time() == null);
	}

	boolean anyTimed() {
		return this.jobs.stream().anyMatch((job) -> job.lease() == null && job.job().time() != null);
	}

	boolean anyLeased() {
		return this.jobs.stream().anyMatch((job) -> job.lease() != null);
	}

	/** Whether all jobs have the same name, queue and priority. */
	boolean areAlike() {
		NewJob first = this.jobs.get(0).job();
		return this.jobs.stream()
			.map(StagedJob::job)
			.allMatch((job) -> job.priority() == first.priority() && job.name().equals(first.name())
					&& job.queue().equals(first.queue()));
	}

	UUID[] ids() {
		return column(UUID[]::new, NewJob::id);
	}

	/**
	 * For each job: id, name, queue, priority, headers, arguments, delay, time, node,
	 * token.
	 */
	Object[] columns() {
		return Stream
			.of(jobColumns(),
					new Object[] { column(Long[]::new, (job) -> delay(job.time())),
							column(Long[]::new, (job) -> time(job.time())),
							this.jobs.stream().map((job) -> node(job.lease())).toArray(Long[]::new),
							this.jobs.stream().map((job) -> token(job.lease())).toArray(Long[]::new) })
			.flatMap(Arrays::stream)
			.toArray();
	}

	/**
	 * For each job: id, name, queue, priority, headers, arguments.
	 */
	Object[] jobColumns() {
		return new Object[] { ids(), column(String[]::new, NewJob::name), column(String[]::new, NewJob::queue),
				column(Integer[]::new, NewJob::priority), column(String[]::new, (job) -> Headers.write(job.headers())),
				column(String[]::new, NewJob::arguments) };
	}

	/**
	 * Priority, queue and name of all jobs, and for each job: id, headers, arguments.
	 */
	Object[] alikeColumns() {
		NewJob first = this.jobs.get(0).job();
		return new Object[] { first.priority(), first.queue(), first.name(), ids(),
				column(String[]::new, (job) -> Headers.write(job.headers())),
				column(String[]::new, NewJob::arguments) };
	}

	/**
	 * For each job: key of the line, places, mark; all {@code null} where there is no
	 * gate.
	 */
	Object[] gateColumns() {
		return new Object[] { column(String[]::new, (job) -> gate(job, Gate::line)),
				column(Integer[]::new, (job) -> gate(job, Gate::places)),
				column(String[]::new, (job) -> gate(job, Gate::mark)) };
	}

	private <T> @Nullable T gate(NewJob job, Function<Gate, @Nullable T> value) {
		Gate gate = this.gates.get(job.id());
		return (gate != null) ? value.apply(gate) : null;
	}

	private <T> T[] column(IntFunction<T[]> array, Function<NewJob, @Nullable T> value) {
		T[] column = array.apply(this.jobs.size());
		for (int i = 0; i < column.length; i++) {
			column[i] = value.apply(this.jobs.get(i).job());
		}
		return column;
	}

	static @Nullable Long delay(@Nullable JobTime time) {
		return (time instanceof JobTime.In in) ? Micros.of(in.delay()) : null;
	}

	static @Nullable Long time(@Nullable JobTime time) {
		return (time instanceof JobTime.At at) ? Micros.of(at.time()) : null;
	}

	private static @Nullable Long node(@Nullable Lease lease) {
		return (lease != null) ? lease.node() : null;
	}

	private static @Nullable Long token(@Nullable Lease lease) {
		return (lease != null) ? lease.token() : null;
	}

}
