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

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;

/**
 * On which terms a job runs beside others. They travel among its headers, so that every
 * store has them wherever it has the job, and a job without any costs nothing.
 *
 * @param concurrencyKey at most so many jobs of this key as their limit says run at the
 * same time, in the order of their enqueueing; {@code null} for none
 * @param concurrencyLimit how many, 1 or more
 * @param uniqueKey only one job has this key; {@code null} for none
 * @param uniqueUntil how long it has it
 * @param onDuplicate what becomes of this job if another one has it
 * @param tags texts by which the job is found, each not empty and without line breaks
 */
public record JobTerms(@Nullable String concurrencyKey, int concurrencyLimit, @Nullable String uniqueKey,
		UniqueUntil uniqueUntil, OnDuplicate onDuplicate, List<String> tags) {

	/** None at all. */
	public static final JobTerms NONE = new JobTerms(null, 1, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of());

	/** Names of headers that say something else than an application begin with this. */
	public static final String PREFIX = "aftercommit.";

	private static final String CONCURRENCY_KEY = PREFIX + "concurrency-key";

	private static final String CONCURRENCY_LIMIT = PREFIX + "concurrency-limit";

	private static final String UNIQUE_KEY = PREFIX + "unique-key";

	private static final String UNIQUE_UNTIL = PREFIX + "unique-until";

	private static final String ON_DUPLICATE = PREFIX + "on-duplicate";

	private static final String TAGS = PREFIX + "tags";

	public JobTerms {
		tags = List.copyOf(tags);
	}

	/**
	 * Read a job's terms. Never fails: what makes no sense counts as not said.
	 * @param headers its headers
	 * @return the terms
	 */
	public static JobTerms of(Map<String, String> headers) {
		String concurrencyKey = headers.get(CONCURRENCY_KEY);
		String uniqueKey = headers.get(UNIQUE_KEY);
		String tags = headers.get(TAGS);
		if (concurrencyKey == null && uniqueKey == null && tags == null) {
			return NONE;
		}
		return new JobTerms(concurrencyKey, limit(headers.get(CONCURRENCY_LIMIT)), uniqueKey,
				value(UniqueUntil.values(), headers.get(UNIQUE_UNTIL)),
				value(OnDuplicate.values(), headers.get(ON_DUPLICATE)),
				(tags != null) ? Arrays.stream(tags.split("\n")).filter((tag) -> !tag.isEmpty()).toList() : List.of());
	}

	/**
	 * Write the terms.
	 * @return headers, none for what is as in {@link #NONE}
	 */
	public Map<String, String> toHeaders() {
		Map<String, String> headers = new LinkedHashMap<>();
		if (this.concurrencyKey != null) {
			headers.put(CONCURRENCY_KEY, this.concurrencyKey);
			if (this.concurrencyLimit != 1) {
				headers.put(CONCURRENCY_LIMIT, Integer.toString(this.concurrencyLimit));
			}
		}
		if (this.uniqueKey != null) {
			headers.put(UNIQUE_KEY, this.uniqueKey);
			if (this.uniqueUntil != UniqueUntil.FINISHED) {
				headers.put(UNIQUE_UNTIL, this.uniqueUntil.name());
			}
			if (this.onDuplicate != OnDuplicate.KEEP) {
				headers.put(ON_DUPLICATE, this.onDuplicate.name());
			}
		}
		if (!this.tags.isEmpty()) {
			headers.put(TAGS, String.join("\n", this.tags));
		}
		return headers;
	}

	/**
	 * Whether a job of these terms must have something before it runs, or gives something
	 * back when it ends.
	 * @return whether there is a key of either kind
	 */
	public boolean isKeyed() {
		return this.concurrencyKey != null || this.uniqueKey != null;
	}

	private static int limit(@Nullable String text) {
		try {
			return (text != null) ? Math.max(1, Integer.parseInt(text)) : 1;
		}
		catch (NumberFormatException ex) {
			return 1;
		}
	}

	private static <E extends Enum<E>> E value(E[] values, @Nullable String name) {
		return Arrays.stream(values).filter((value) -> value.name().equals(name)).findFirst().orElse(values[0]);
	}

}
