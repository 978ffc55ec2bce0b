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

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * The JVM's compilers. After a warm-up they are behind by seconds, and take their time
 * from what is measured next.
 */
final class Compilers {

	private static final long QUIET_MILLIS = 500;

	private static final int LONGEST_WAIT_SECONDS = 20;

	private Compilers() {
	}

	/**
	 * Wait until they have had nothing to do for half a second.
	 */
	static void awaitQuiet() throws InterruptedException {
		CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
		if (compilers == null || !compilers.isCompilationTimeMonitoringSupported()) {
			return;
		}
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_WAIT_SECONDS);
		long before = -1;
		long now = compilers.getTotalCompilationTime();
		while (now != before && System.nanoTime() < deadline) {
			Thread.sleep(QUIET_MILLIS);
			before = now;
			now = compilers.getTotalCompilationTime();
		}
	}

}
