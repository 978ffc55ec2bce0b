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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.aftercommit.JobFlow;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.FlowMinutes;

/**
 * A hash for each minute, which goes by itself. Its fields are a letter for what is
 * counted, a colon, the queue.
 */
final class RedisFlow implements Flow {

	private static final String KEPT_SECONDS = Long.toString(Duration.ofMinutes(KEPT_MINUTES).toSeconds());

	private final Redis redis;

	RedisFlow(Redis redis) {
		this.redis = redis;
	}

	@Override
	public void add(Map<String, JobFlow.Counts> counts) {
		List<String> values = new ArrayList<>(List.of(KEPT_SECONDS));
		counts.forEach((queue, count) -> {
			values.add(Lane.written(queue));
			List.of(count.enqueued(), count.succeeded(), count.retried(), count.dead(), count.cancelled())
				.forEach((number) -> values.add(Long.toString(number)));
		});
		this.redis.run("add to how many jobs came and went", Script.ADD_FLOW, values.toArray(String[]::new));
	}

	@Override
	public JobFlow read() {
		Reply reply = this.redis.run("tell how many jobs came and went", Script.FLOW, Integer.toString(MINUTES));
		Instant now = Micros.instant(reply.number());
		FlowMinutes minutes = new FlowMinutes();
		while (reply.hasNext()) {
			long minute = reply.number();
			String field = reply.text();
			minutes.add(minute, Lane.word(field.substring(Math.min(field.length(), 2))), counts(field, reply));
		}
		return minutes.until(now);
	}

	/** A field that nobody wrote counts nothing. */
	private static JobFlow.Counts counts(String field, Reply reply) {
		long count = Math.max(0, reply.number());
		return switch (field.isEmpty() ? ' ' : field.charAt(0)) {
			case 'e' -> new JobFlow.Counts(count, 0, 0, 0, 0);
			case 's' -> new JobFlow.Counts(0, count, 0, 0, 0);
			case 'r' -> new JobFlow.Counts(0, 0, count, 0, 0);
			case 'd' -> new JobFlow.Counts(0, 0, 0, count, 0);
			case 'c' -> new JobFlow.Counts(0, 0, 0, 0, count);
			default -> JobFlow.Counts.NONE;
		};
	}

}
