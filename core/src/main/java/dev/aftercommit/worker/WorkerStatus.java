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

package dev.aftercommit.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What the workers of this node are doing, at one moment. Nothing in it asks the store.
 *
 * @param running whether the workers are started
 * @param draining whether they are about to stop
 * @param node this node's number, {@code null} before the store has given it one
 * @param heartbeatAge time since the last accepted heartbeat was sent, by this node's
 * monotonic clock; {@code null} before the first one
 * @param quiet whether an operator has told this node to claim nothing more
 * @param leasesTrusted whether the last accepted heartbeat is fresh enough to claim and
 * run jobs
 * @param slots the most jobs that run at the same time
 * @param inHand jobs that are claimed, reserved or running
 * @param bodies jobs whose body is running
 * @param unstored outcomes that the store has not taken yet
 * @param stale outcomes that the store refused since the start because their lease was
 * lost
 * @param interrupted bodies that were interrupted and have not ended yet
 */
public record WorkerStatus(boolean running, boolean draining, @Nullable Long node, @Nullable Duration heartbeatAge,
		boolean quiet, boolean leasesTrusted, int slots, int inHand, int bodies, int unstored, long stale,
		List<InterruptedBody> interrupted) {

	/**
	 * A body that was interrupted and goes on.
	 *
	 * @param jobId the job
	 * @param name its stored name
	 * @param attempt number of the attempt
	 * @param since when it was interrupted, by this node's clock
	 */
	public record InterruptedBody(UUID jobId, String name, int attempt, Instant since) {

	}

}
