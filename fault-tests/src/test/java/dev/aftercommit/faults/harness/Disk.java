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
import java.util.stream.Stream;

/**
 * The disk of one process, which can be made full: no file of the process can grow beyond
 * the size that its largest one has, as the operating system's own limit.
 */
public final class Disk {

	private final Node node;

	private final Path directory;

	public Disk(Node node, Path directory) {
		this.node = node;
		this.directory = directory;
	}

	public static boolean canBeLimited() {
		return Files.isExecutable(Path.of("/usr/bin/prlimit"));
	}

	/** Leave no room. */
	public void fill() {
		try (Stream<Path> files = Files.list(this.directory)) {
			long size = files.filter((file) -> file.toString().endsWith(".mv.db")).mapToLong(Disk::size).sum();
			limit(Long.toString(size));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Make room. */
	public void free() {
		limit("unlimited");
	}

	// The soft limit only, so that it can be raised again.
	private void limit(String size) {
		Commands.run(Duration.ofSeconds(30),
				List.of("/usr/bin/prlimit", "--pid", Long.toString(this.node.pid()), "--fsize=" + size + ":"));
	}

	private static long size(Path file) {
		try {
			return Files.size(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
