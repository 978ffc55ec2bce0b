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

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Permits;
import dev.aftercommit.store.Rate;

/**
 * Up to when the starts of each rate are spent. Touched only under the lock of
 * {@link MemoryJobs}.
 */
final class SpentStarts {

	private final Map<String, Long> byKey = new HashMap<>();

	/** What the rates allow of what waits. */
	Permits ask(ClaimRequest request, Lanes ready, Set<String> paused, Instant now) {
		Permits permits = new Permits(micros(now), request.atMostRated());
		Set<String> queues = new HashSet<>(ready.queues());
		queues.removeAll(paused);
		if (request.queues() != null) {
			queues.retainAll(request.queues());
		}
		for (Rate rate : request.rates()) {
			if (anyWaits(rate, ready, queues)) {
				permits.grant(rate, this.byKey.getOrDefault(rate.key(), 0L));
			}
		}
		return permits;
	}

	private static boolean anyWaits(Rate rate, Lanes ready, Set<String> queues) {
		return queues.stream()
			.anyMatch((queue) -> ready.of(queue).keySet().stream().anyMatch((name) -> rate.isOf(queue, name)));
	}

	Duration untilNext(Rate rate, Instant now) {
		return rate.limit().untilNext(this.byKey.getOrDefault(rate.key(), 0L), micros(now));
	}

	private static long micros(Instant now) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, now);
	}

	void spend(Permits permits) {
		permits.spent().forEach((rate, spent) -> this.byKey.put(rate.key(), spent));
	}

}
