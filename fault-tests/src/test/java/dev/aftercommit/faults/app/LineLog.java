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

package dev.aftercommit.faults.app;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that outlives its process: each line is one write in append mode, in the hands
 * of the operating system when the call returns.
 */
public final class LineLog {

	// Not a channel: an interrupt would close it under all other threads.
	private final FileOutputStream file;

	public LineLog(Path file) {
		try {
			Files.createDirectories(file.toAbsolutePath().getParent());
			this.file = new FileOutputStream(file.toFile(), true);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Append a line: the time in microseconds since the epoch, then the fields, separated
	 * by tabs.
	 * @param fields what to say, without tabs and line breaks
	 */
	public void line(Object... fields) {
		StringBuilder line = new StringBuilder();
		// Not java.time: where a node's clock is put wrong, that one is.
		line.append(System.currentTimeMillis() * 1000);
		for (Object field : fields) {
			line.append('\t').append(field);
		}
		write(line.append('\n').toString());
	}

	private synchronized void write(String line) {
		try {
			this.file.write(line.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
