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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.store.Headers;

/**
 * What the script that lists nodes answered.
 */
final class NodeReply {

	/** In place of a list of queues. */
	static final String ALL_QUEUES = "*";

	private NodeReply() {
	}

	/** Those that started last first. */
	static List<NodeSnapshot> read(Reply reply, int most) {
		Instant now = Micros.instant(reply.number());
		List<NodeSnapshot> nodes = new ArrayList<>();
		while (reply.hasNext()) {
			nodes.add(node(reply, now));
		}
		return nodes.stream().sorted(Comparator.comparingLong(NodeSnapshot::number).reversed()).limit(most).toList();
	}

	private static NodeSnapshot node(Reply reply, Instant now) {
		long number = reply.number();
		Instant heartbeat = Micros.instant(reply.number());
		long ended = reply.number();
		long running = reply.number();
		String name = reply.text();
		String version = reply.text();
		Instant started = Micros.instant(reply.number());
		Set<String> names = words(reply.text());
		String queues = reply.text();
		int concurrency = reply.smallNumber();
		Duration silent = Duration.between(heartbeat, now);
		return new NodeSnapshot(number, name, version, started, heartbeat, silent.isNegative() ? Duration.ZERO : silent,
				(ended > 0) ? Micros.instant(ended) : null, running, concurrency, names,
				queues.equals(ALL_QUEUES) ? null : words(queues), limits(reply.text()), reply.number() == 1);
	}

	private static Set<String> words(String text) {
		return text.isEmpty() ? Set.of() : Set.of(text.split("\n"));
	}

	private static Map<String, Integer> limits(String text) {
		Map<String, Integer> limits = new HashMap<>();
		Headers.read(text).forEach((queue, limit) -> {
			if (limit.matches("[0-9]{1,9}")) {
				limits.put(queue, Integer.valueOf(limit));
			}
		});
		return limits;
	}

}
