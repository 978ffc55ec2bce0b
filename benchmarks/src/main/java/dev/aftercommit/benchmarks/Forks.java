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

package dev.aftercommit.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How JVMs are started: all with the same JDK, class path and heap.
 */
final class Forks {

	private static final List<String> HEAP = List.of("-Xms1g", "-Xmx1g");

	private static final List<String> SMALL_HEAP = List.of("-Xmx256m");

	private Forks() {
	}

	static List<String> command(Class<?> main, List<String> options, String... arguments) {
		return command(HEAP, main, options, arguments);
	}

	static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	/**
	 * Of one JVM among many.
	 */
	static List<String> small(Class<?> main, String... arguments) {
		return command(SMALL_HEAP, main, List.of(), arguments);
	}

	private static List<String> command(List<String> heap, Class<?> main, List<String> options, String... arguments) {
		List<String> command = new ArrayList<>();
		command.add(java());
		command.addAll(heap);
		command.addAll(options);
		command.add("-cp");
		command.add(System.getProperty("java.class.path"));
		command.add(main.getName());
		command.addAll(List.of(arguments));
		return command;
	}

}
