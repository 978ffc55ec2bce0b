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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.springframework.util.StringUtils;

/**
 * CPU time of processes, user and system. Linux counts it in hundredths of a second.
 */
final class Cpu {

	private static final Path PROC = Path.of("/proc");

	private static final long NANOS_PER_TICK = 10_000_000;

	private Cpu() {
	}

	static double ownMicros() {
		return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1000.0;
	}

	/**
	 * What PostgreSQL has used: its main process, those that it has started and those of
	 * them that have ended.
	 * @return microseconds; not a number where there is no {@code /proc}
	 */
	static double postgresMicros(long postmaster) {
		if (!Files.isDirectory(PROC)) {
			return Double.NaN;
		}
		long ticks = ticks(postmaster, true);
		List<ProcessHandle> children = ProcessHandle.of(postmaster).map((p) -> p.children().toList()).orElse(List.of());
		for (ProcessHandle child : children) {
			ticks += ticks(child.pid(), false);
		}
		return ticks * NANOS_PER_TICK / 1000.0;
	}

	private static long ticks(long pid, boolean withEnded) {
		try {
			String stat = Files.readString(PROC.resolve(pid + "/stat"));
			// The second field is the command in brackets, and may hold blanks.
			String[] fields = StringUtils.delimitedListToStringArray(stat.substring(stat.lastIndexOf(')') + 2), " ");
			long own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
			return withEnded ? own + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : own;
		}
		catch (IOException ex) {
			// Ended since it was listed: its parent has its time now, or will have.
			return 0;
		}
	}

}
