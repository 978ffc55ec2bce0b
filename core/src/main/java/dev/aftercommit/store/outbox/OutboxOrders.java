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

package dev.aftercommit.store.outbox;

import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import dev.aftercommit.OrderResult;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Outbox;

/**
 * Orders to a store and to the outbox that keeps jobs for it. No order joins the caller's
 * transaction: the jobs are elsewhere.
 */
final class OutboxOrders implements JobOrders {

	private final JobStore target;

	private final Outbox outbox;

	private final JobDirectory directory;

	private final Push push;

	OutboxOrders(JobStore target, Outbox outbox, JobDirectory directory, Push push) {
		this.target = target;
		this.outbox = outbox;
		this.directory = directory;
		this.push = push;
	}

	@Override
	public OrderResult retry(UUID id) {
		return order(id, this.target.orders()::retry);
	}

	@Override
	public OrderResult cancel(UUID id) {
		return order(id, this.target.orders()::cancel);
	}

	@Override
	public OrderResult runNow(UUID id) {
		return order(id, this.target.orders()::runNow);
	}

	@Override
	public boolean pause(String queue) {
		return this.target.orders().pause(queue);
	}

	@Override
	public boolean resume(String queue) {
		return this.target.orders().resume(queue);
	}

	// What is on its way is pushed first: whatever were done to it here, it could be
	// pushed all the same. One instead of which another one is kept is no job.
	private OrderResult order(UUID id, Function<UUID, OrderResult> order) {
		OrderResult result = order.apply(id);
		if (result.kind() != OrderResult.Kind.UNKNOWN) {
			return result;
		}
		this.push.pushNow(id);
		return order.apply(id);
	}

	// As long as the outbox keeps it, a job that the target has forgotten is taken for
	// one
	// that the target has lost, and pushed, and run, again.
	@Override
	public OrderResult delete(UUID id) {
		if (this.outbox.find(Set.of(id)).isEmpty()) {
			return this.target.orders().delete(id);
		}
		JobStatus kept = this.directory.find(Set.of(id)).get(id);
		return (kept != null) ? OrderResult.refused(kept.state()) : OrderResult.unknown();
	}

}
