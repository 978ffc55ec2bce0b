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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.script.DefaultRedisScript;

/**
 * The scripts, each one atomic. Their text is constant: what differs from call to call is
 * an argument.
 */
enum Script {

	ADD_FLOW, AGREE("schedule"), AHEAD, APPLY("keys"), ARGUMENTS, ATTEMPTS, AUDIT, AUDITED, CLAIM("keys"), COUNT,
	DEPTHS, DESCRIBE, END("gone"), ENQUEUE("keys", "take", "tags"), FIND, FIRE("keys", "take", "tags", "schedule"),
	FLOW, HEARTBEAT, KNOWN, LOCATE, NAMES, NODE_LIST, NODE_ORDERS, NOTE, ORDER("keys"), PAUSE, PAUSED,
	PAUSE_SCHEDULE("schedule"), PLACES, PROMOTE("keys"), PRUNE, QUIET, RECLAIM("keys"), REGISTER,
	RESCUE("keys", "gone"), RUNNING, SCHEDULES("schedule"), SPENT, TAGGED, WORDS;

	private final String text;

	private final String sha;

	Script(String... shared) {
		this.text = read("common") + Stream.of(shared).map(Script::read).collect(Collectors.joining())
				+ read(name().toLowerCase(Locale.ROOT));
		this.sha = new DefaultRedisScript<>(this.text).getSha1();
	}

	String text() {
		return this.text;
	}

	String sha() {
		return this.sha;
	}

	private static String read(String name) {
		ClassPathResource resource = new ClassPathResource(name + ".lua", Script.class);
		try {
			return resource.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(resource + " is missing: the library's jar is not complete", ex);
		}
	}

}
