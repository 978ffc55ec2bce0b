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

package dev.aftercommit.handler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names and aliases, each of one handler.
 */
final class RunnableNames {

	private final Map<String, BeanJobHandler> handlers = new LinkedHashMap<>();

	private final List<Problem> problems = new ArrayList<>();

	void add(BeanJobHandler handler) {
		add(handler.name(), handler);
		handler.aliases().forEach((alias) -> add(alias, handler));
	}

	Map<String, BeanJobHandler> handlers() {
		return this.handlers;
	}

	List<Problem> problems() {
		return this.problems;
	}

	private void add(String name, BeanJobHandler handler) {
		BeanJobHandler other = this.handlers.putIfAbsent(name, handler);
		if (other != null) {
			this.problems.add(new Problem(
					"Two @BackgroundJob methods would run jobs of the name '%s': %s and %s.".formatted(name,
							other.found(), handler.found()),
					other.found().method().equals(handler.found().method()) ? oneClass(handler) : twoMethods(name)));
		}
	}

	private static String oneClass(BeanJobHandler handler) {
		return "A stored job names a method, not a bean: keep one bean of '%s', or make each a subclass of its own and leave 'name' out."
			.formatted(handler.found().userClass().getName());
	}

	private static String twoMethods(String name) {
		return "Give one of them another name, @BackgroundJob(name = \"…\"), and remove '%s' from its 'name' and 'aliases'."
			.formatted(name);
	}

}
