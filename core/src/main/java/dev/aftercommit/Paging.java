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
package dev.aftercommit;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Which piece of a list, by key and not by number: what comes or goes elsewhere in the
 * list moves nothing.
 *
 * @param order in which order
 * @param size how many jobs at most, 1 to 1000
 * @param after the {@link JobPage#next()} of the page before, in the same order and with
 * the same filter; {@code null} for the first page
 */
public record Paging(Order order, int size, @Nullable String after) {

	/** The most jobs on a page. */
	public static final int MOST = 1000;

	public Paging {
		Assert.isTrue(size >= 1 && size <= MOST,
				() -> "'size' (" + size + ") must be between 1 and " + MOST + ": ask for the next page for more");
	}

	/**
	 * The first page, latest calls first.
	 * @param size how many jobs at most, 1 to 1000
	 * @return the paging
	 */
	public static Paging newestFirst(int size) {
		return new Paging(Order.NEWEST_FIRST, size, null);
	}

	/**
	 * The first page, earliest calls first.
	 * @param size how many jobs at most, 1 to 1000
	 * @return the paging
	 */
	public static Paging oldestFirst(int size) {
		return new Paging(Order.OLDEST_FIRST, size, null);
	}

	/**
	 * A later page in the same order and of the same size.
	 * @param next what the page before said comes next, {@code null} for the first page
	 * @return the paging
	 */
	public Paging after(@Nullable String next) {
		return new Paging(this.order, this.size, next);
	}

	/**
	 * The order of a list: that of the jobs' ids, which begin with the time of the call.
	 */
	public enum Order {

		/** Latest calls first. */
		NEWEST_FIRST,

		/** Earliest calls first. */
		OLDEST_FIRST

	}

}
