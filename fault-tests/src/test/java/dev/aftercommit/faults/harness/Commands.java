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

package dev.aftercommit.faults.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs of the operating system.
 */
final class Commands {

	private Commands() {
	}

	/**
	 * Run a program and wait for its end.
	 * @param timeout the longest time to wait
	 * @param command the program and its arguments
	 * @return what it wrote
	 */
	static String run(Duration timeout, List<String> command) {
		try {
			Path output = Files.createTempFile("faults", ".out");
			try {
				Process process = new ProcessBuilder(command).redirectErrorStream(true)
					.redirectOutput(output.toFile())
					.start();
				boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
				String text = Files.readString(output);
				if (!ended || process.exitValue() != 0) {
					throw new IllegalStateException(command + (ended ? " failed: " : " did not end: ") + text);
				}
				return text.trim();
			}
			finally {
				Files.delete(output);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for " + command, ex);
		}
	}

}
