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

import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobFilter;
import dev.aftercommit.Paging;

/**
 * Ids in the order of their bytes, which is that of the times with which they begin.
 *
 * @param from the first one
 * @param until the first one after them
 */
public record IdRange(UUID from, UUID until) {

	/** The order of ids: unlike their own, that of all stores. */
	public static final Comparator<UUID> ORDER = (a, b) -> {
		int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
		return (high != 0) ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
	};

	private static final UUID FIRST = new UUID(0, 0);

	private static final UUID LAST = new UUID(-1, -1);

	private static final long LATEST = (1L << 48) - 1;

	/**
	 * The ids of a page and all after it.
	 * @param filter says within which time
	 * @param order in which order the list is
	 * @param after the last id before the page, {@code null} for the first page
	 * @return the range
	 */
	public static IdRange of(JobFilter filter, Paging.Order order, @Nullable UUID after) {
		IdRange range = new IdRange(at(filter.calledFrom(), FIRST), at(filter.calledBefore(), LAST));
		return (after != null) ? range.after(after, order) : range;
	}

	private static UUID at(@Nullable Instant time, UUID otherwise) {
		if (time == null) {
			return otherwise;
		}
		boolean past = time.isBefore(Instant.EPOCH);
		boolean future = time.isAfter(Instant.ofEpochMilli(LATEST));
		long millis = past ? 0 : future ? LATEST : time.toEpochMilli();
		return new UUID(millis << 16, 0);
	}

	/**
	 * What is left of this range behind an id.
	 * @param id an id
	 * @param order in which order the range is walked
	 * @return the rest
	 */
	public IdRange after(UUID id, Paging.Order order) {
		return (order == Paging.Order.NEWEST_FIRST) ? new IdRange(this.from, earlier(this.until, id))
				: new IdRange(later(this.from, successor(id)), this.until);
	}

	/**
	 * What comes of this range up to an id, with it.
	 * @param id an id
	 * @param order in which order the range is walked
	 * @return its beginning
	 */
	public IdRange upTo(UUID id, Paging.Order order) {
		return (order == Paging.Order.NEWEST_FIRST) ? new IdRange(later(this.from, id), this.until)
				: new IdRange(this.from, earlier(this.until, successor(id)));
	}

	/**
	 * Whether there can be no id in this range.
	 * @return whether its end is not after its beginning
	 */
	public boolean isEmpty() {
		return ORDER.compare(this.from, this.until) >= 0;
	}

	/**
	 * Whether an id is in this range.
	 * @param id the id
	 * @return whether it is
	 */
	public boolean contains(UUID id) {
		return ORDER.compare(this.from, id) <= 0 && ORDER.compare(id, this.until) < 0;
	}

	private static UUID earlier(UUID a, UUID b) {
		return (ORDER.compare(a, b) <= 0) ? a : b;
	}

	private static UUID later(UUID a, UUID b) {
		return (ORDER.compare(a, b) >= 0) ? a : b;
	}

	private static UUID successor(UUID id) {
		long low = id.getLeastSignificantBits() + 1;
		return new UUID(id.getMostSignificantBits() + ((low == 0) ? 1 : 0), low);
	}

}
