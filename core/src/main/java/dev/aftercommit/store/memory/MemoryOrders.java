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

import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.store.JobOrders;

/**
 * Carries orders out.
 */
final class MemoryOrders implements JobOrders {

	private final MemoryJobs jobs;

	MemoryOrders(MemoryJobs jobs) {
		this.jobs = jobs;
	}

	@Override
	public OrderResult retry(UUID id) {
		return order(id, (job) -> {
			if (job.state != JobState.DEAD) {
				return OrderResult.refused(job.state);
			}
			Optional<UUID> holder = this.jobs.takeKeyAgain(job);
			if (holder.isPresent()) {
				return OrderResult.held(holder.get());
			}
			job.forgive();
			return makeReady(job);
		});
	}

	@Override
	public OrderResult cancel(UUID id) {
		return order(id, (job) -> {
			JobState found = job.state;
			if (found == JobState.RUNNING) {
				job.cancelRequested = true;
				return OrderResult.requested();
			}
			return this.jobs.cancel(job) ? OrderResult.done(found) : OrderResult.refused(found);
		});
	}

	@Override
	public OrderResult runNow(UUID id) {
		return order(id, (job) -> {
			if (job.state != JobState.SCHEDULED && job.state != JobState.RETRYING) {
				return OrderResult.refused(job.state);
			}
			return makeReady(job);
		});
	}

	private OrderResult makeReady(StoredJob job) {
		JobState found = job.state;
		this.jobs.moveToReady(job);
		job.dueAt = this.jobs.now();
		return OrderResult.done(found);
	}

	@Override
	public OrderResult delete(UUID id) {
		return order(id, (job) -> {
			if (!job.state.isEnded()) {
				return OrderResult.refused(job.state);
			}
			this.jobs.remove(job);
			return OrderResult.done(job.state);
		});
	}

	@Override
	public boolean pause(String queue) {
		return this.jobs.locked(() -> this.jobs.pausedQueues().add(queue));
	}

	@Override
	public boolean resume(String queue) {
		return this.jobs.locked(() -> this.jobs.pausedQueues().remove(queue));
	}

	private OrderResult order(UUID id, Function<StoredJob, OrderResult> order) {
		return this.jobs.locked(() -> {
			StoredJob job = this.jobs.find(id);
			return (job != null) ? order.apply(job) : OrderResult.unknown();
		});
	}

}
