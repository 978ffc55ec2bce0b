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

package dev.aftercommit.store;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds up what waits under each name, queue by queue.
 */
public final class NameDepths {

	/** The most names that are told of. */
	public static final int MOST = 100;

	/** Stores stop counting here: under one name in one queue, and in all of them. */
	public static final int LIMIT = 1_000;

	private final Map<String, NameDepth> depths = new HashMap<>();

	/**
	 * Add what waits under a name in one queue.
	 * @param name the name
	 * @param waiting how many jobs wait there, counted to one beyond {@link #LIMIT} at
	 * least
	 * @param oldest how long the one at the head has waited
	 */
	public void add(String name, long waiting, Duration oldest) {
		NameDepth before = this.depths.get(name);
		long counted = (before != null) ? before.waiting().value() : 0;
		boolean exact = waiting + counted <= LIMIT && (before == null || before.waiting().exact());
		this.depths.put(name, new NameDepth(name, new Count(Math.min(counted + waiting, LIMIT), exact),
				(before != null && before.oldest().compareTo(oldest) > 0) ? before.oldest() : oldest));
	}

	/**
	 * What was added.
	 * @return at most {@link #MOST} names, those that have waited longest first
	 */
	public List<NameDepth> list() {
		return this.depths.values()
			.stream()
			.sorted(Comparator.comparing(NameDepth::oldest).reversed().thenComparing(NameDepth::name))
			.limit(MOST)
			.toList();
	}

}
