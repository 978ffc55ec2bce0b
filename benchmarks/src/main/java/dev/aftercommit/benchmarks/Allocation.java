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

import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * What this JVM has allocated on its heap.
 */
final class Allocation {

	private Allocation() {
	}

	/**
	 * What the threads that live have allocated since they began: those that are measured
	 * outlive their measurement.
	 * @return bytes; not a number where the JVM doesn't count them
	 */
	static double ownBytes() {
		// Supported, whatever its package is called.
		if (!(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)
				|| !threads.isThreadAllocatedMemorySupported() || !threads.isThreadAllocatedMemoryEnabled()) {
			return Double.NaN;
		}
		// A thread that has ended since it was listed says -1.
		return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
			.filter((bytes) -> bytes > 0)
			.sum();
	}

}
