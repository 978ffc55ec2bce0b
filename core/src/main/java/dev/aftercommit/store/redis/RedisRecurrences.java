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

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.Firing;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Recurrences;

/**
 * Schedules in one hash. A step and its jobs are one script.
 */
final class RedisRecurrences implements Recurrences {

	private static final int MOST = 1000;

	private final Redis redis;

	RedisRecurrences(Redis redis) {
		this.redis = redis;
	}

	@Override
	public Map<String, Recurrence> agree(Map<String, String> definitions, Duration silence) {
		List<String> values = new ArrayList<>(List.of(Micros.of(silence)));
		List<String> names = List.copyOf(definitions.keySet());
		names.forEach((name) -> values.addAll(List.of(name, definitions.getOrDefault(name, ""))));
		Reply reply = this.redis.run("agree on " + names.size() + " schedules", Script.AGREE,
				values.toArray(String[]::new));
		Instant now = Micros.instant(reply.number());
		Map<String, Recurrence> agreed = new HashMap<>();
		names.forEach((name) -> agreed.put(name, row(reply, now)));
		return agreed;
	}

	@Override
	public Firing fire(FireRequest request) {
		List<byte[]> arguments = this.redis.arguments(request.name(), request.definition(), Micros.of(request.last()),
				Micros.of(request.newLast()),
				request.jobs().isEmpty() ? "" : request.jobs().get(request.jobs().size() - 1).id().toString());
		RedisIntake.add(arguments, request.jobs());
		Reply reply = this.redis.run("fire schedule '" + request.name() + "'", Script.FIRE, arguments);
		boolean accepted = reply.number() == 1;
		return new Firing(accepted, reply.hasNext() ? row(reply, Micros.instant(reply.number())) : null);
	}

	@Override
	public boolean pause(String name) {
		return this.redis.run("pause schedule '" + name + "'", Script.PAUSE_SCHEDULE, "p", name).smallNumber() > 0;
	}

	@Override
	public boolean resume(String name) {
		return this.redis.run("resume schedule '" + name + "'", Script.PAUSE_SCHEDULE, "-", name).smallNumber() > 0;
	}

	@Override
	public Map<String, Recurrence> all() {
		Reply reply = this.redis.run("list schedules", Script.SCHEDULES);
		Instant now = Micros.instant(reply.number());
		Map<String, Recurrence> all = new TreeMap<>();
		while (reply.hasNext() && all.size() < MOST) {
			all.put(reply.text(), row(reply, now));
		}
		return all;
	}

	private static Recurrence row(Reply reply, Instant now) {
		return new Recurrence(reply.text(), Micros.instant(reply.number()), now, reply.text().equals("p"),
				fired(reply.text()));
	}

	/** A time, a colon and an id; anything else is none. */
	private static Recurrence.@Nullable Fired fired(String text) {
		int colon = text.indexOf(':');
		try {
			return (colon > 0) ? new Recurrence.Fired(Micros.instant(Long.parseLong(text.substring(0, colon))),
					UUID.fromString(text.substring(colon + 1))) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
