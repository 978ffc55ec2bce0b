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

import java.util.Objects;
import java.util.stream.Stream;

/**
 * What is wrong with Redis, and what helps.
 */
final class Trouble {

	private Trouble() {
	}

	static String of(Throwable thrown) {
		if (says(thrown, "OOM ")) {
			return "Redis is full and took nothing; give it more memory ('maxmemory'), or let workers empty it";
		}
		if (says(thrown, "READONLY ")) {
			return "this Redis is a replica and takes no writes; configure its primary, or Sentinel or Cluster";
		}
		if (says(thrown, "LOADING ")) {
			return "Redis is reading its data after a start and will answer once it has";
		}
		if (says(thrown, "NOPERM ")) {
			return "this user of Redis may not do that; it needs EVALSHA, EVAL, what the scripts call, PUBLISH and"
					+ " SUBSCRIBE on the store's keys and channel (" + deepest(thrown).getMessage() + ")";
		}
		return String.valueOf(deepest(thrown).getMessage());
	}

	static boolean isUnknownScript(Throwable thrown) {
		return says(thrown, "NOSCRIPT ");
	}

	private static boolean says(Throwable thrown, String code) {
		return causes(thrown).map(Throwable::getMessage)
			.filter(Objects::nonNull)
			.anyMatch((message) -> message.startsWith(code) || message.contains(" " + code));
	}

	private static Throwable deepest(Throwable thrown) {
		return causes(thrown).reduce(thrown, (higher, deeper) -> deeper);
	}

	private static Stream<Throwable> causes(Throwable thrown) {
		// Bounded: a chain of causes may be a ring.
		return Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause).limit(20);
	}

}
