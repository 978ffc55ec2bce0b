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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where a page of a list begins. Places with very many jobs are listed slice by slice.
 *
 * @param from number of the first job of the slice within each place
 * @param width how many of each place, 0 if that is not decided
 * @param after the last id of the slice before the page, {@code null} for none
 */
record ListKey(long from, long width, @Nullable UUID after) {

	private static final Pattern TEXT = Pattern.compile("([0-9]{1,12})\\.([0-9]{1,12})\\.([0-9a-f-]{36})?");

	static ListKey of(@Nullable String text) {
		if (text == null) {
			return new ListKey(0, 0, null);
		}
		Matcher matcher = TEXT.matcher(text);
		if (!matcher.matches()) {
			throw new IllegalArgumentException(
					"'after' (" + text + ") is no key of a page: give the 'next' of the page before, as it is");
		}
		String after = matcher.group(3);
		return new ListKey(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)),
				(after != null) ? Ids.read(Redis.bytes(after), 0) : null);
	}

	String write() {
		return this.from + "." + this.width + "." + ((this.after != null) ? this.after : "");
	}

}
