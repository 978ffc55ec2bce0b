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

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outbox;
import dev.aftercommit.store.StagedJob;

/**
 * Takes jobs into the outbox. Nothing here asks the target: whether another job is kept
 * instead of one of these is known when it is pushed.
 */
final class OutboxIntake implements JobIntake {

	private final Outbox outbox;

	private final PushQueue queue;

	private final Push push;

	OutboxIntake(Outbox outbox, PushQueue queue, Push push) {
		this.outbox = outbox;
		this.queue = queue;
		this.push = push;
	}

	@Override
	public boolean joinsTransaction() {
		return this.outbox.joinsTransaction();
	}

	@Override
	public Optional<Object> boundResource() {
		return this.outbox.boundResource();
	}

	// A lease would have to be in the target before its transaction commits.
	@Override
	public boolean stagesLeases() {
		return false;
	}

	@Override
	public Map<UUID, UUID> stage(List<StagedJob> jobs) {
		this.outbox.write(jobs.stream().map(StagedJob::job).toList());
		return Map.of();
	}

	@Override
	public boolean committed(List<NewJob> jobs) {
		this.queue.offer(jobs);
		return false;
	}

	@Override
	public void onKeptLater(Consumer<Map<UUID, UUID>> listener) {
		this.push.onKept(listener);
	}

	@Override
	public Map<UUID, UUID> enqueue(List<NewJob> jobs) {
		this.outbox.writeAlone(jobs);
		this.queue.offer(jobs);
		return Map.of();
	}

}
