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

package dev.aftercommit.store.redis;

import java.util.UUID;

import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.store.JobOrders;

/**
 * Carries orders out.
 */
final class RedisOrders implements JobOrders {

	private final Redis redis;

	private final String historyLimit;

	RedisOrders(Redis redis, RedisStoreSettings settings) {
		this.redis = redis;
		this.historyLimit = Integer.toString(settings.historyLimit());
	}

	@Override
	public OrderResult retry(UUID id) {
		return order("retry", id);
	}

	@Override
	public OrderResult cancel(UUID id) {
		return order("cancel", id);
	}

	@Override
	public OrderResult runNow(UUID id) {
		return order("run_now", id);
	}

	@Override
	public OrderResult delete(UUID id) {
		return order("delete", id);
	}

	@Override
	public boolean pause(String queue) {
		return this.redis.run("pause queue '" + queue + "'", Script.PAUSE, "pause", Lane.written(queue))
			.smallNumber() > 0;
	}

	@Override
	public boolean resume(String queue) {
		return this.redis.run("resume queue '" + queue + "'", Script.PAUSE, "resume", Lane.written(queue))
			.smallNumber() > 0;
	}

	/** Only if it has not started: a running one is not even asked to leave. */
	boolean cancelWaiting(UUID id) {
		return order("cancel_waiting", id).isDone();
	}

	private OrderResult order(String order, UUID id) {
		Reply reply = this.redis.run("carry out the order to " + order + " job " + id, Script.ORDER, this.historyLimit,
				order, id.toString());
		String found = reply.text();
		if (found.isEmpty()) {
			return OrderResult.unknown();
		}
		JobState state = JobState.valueOf(found);
		return switch (reply.text()) {
			case "done" -> OrderResult.done(state);
			case "requested" -> OrderResult.requested();
			case "held" -> OrderResult.held(UUID.fromString(reply.text()));
			default -> OrderResult.refused(state);
		};
	}

}
