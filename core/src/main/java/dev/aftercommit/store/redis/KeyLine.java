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

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.JobTerms;

/**
 * The keys of a job as {@code keys.lua} reads them: a line of its own, before headers and
 * arguments. Scripts read no headers.
 */
final class KeyLine {

	private KeyLine() {
	}

	static String write(JobTerms terms) {
		String limit = (terms.concurrencyKey() != null) ? Integer.toString(terms.concurrencyLimit()) : "";
		String until = (terms.uniqueUntil() == UniqueUntil.STARTED) ? "S" : "F";
		return limit + ":" + written(terms.concurrencyKey()) + " " + ((terms.uniqueKey() != null) ? until : "") + ":"
				+ written(terms.uniqueKey());
	}

	/** What stands before the time of a job with keys. */
	static String onDuplicate(JobTerms terms) {
		return (terms.onDuplicate() == OnDuplicate.REPLACE) ? "r" : "k";
	}

	private static String written(@Nullable String key) {
		return (key != null) ? URLEncoder.encode(key, StandardCharsets.UTF_8) : "";
	}

}
