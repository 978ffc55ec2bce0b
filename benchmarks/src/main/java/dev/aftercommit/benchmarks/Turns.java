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

import java.util.ArrayList;
import java.util.List;

/**
 * Transactions of one kind, from several slices of time.
 */
final class Turns {

	private final List<Long> transactions = new ArrayList<>();

	private long elapsed;

	private double jvm;

	private double postgres;

	private double allocated;

	void add(List<Long> nanosOfEach, long elapsedNanos, double jvmMicros, double postgresMicros,
			double allocatedBytes) {
		this.transactions.addAll(nanosOfEach);
		this.elapsed += elapsedNanos;
		this.jvm += jvmMicros;
		this.postgres += postgresMicros;
		this.allocated += allocatedBytes;
	}

	/**
	 * What the middle transaction took.
	 */
	double medianMicros() {
		List<Long> sorted = this.transactions.stream().sorted().toList();
		return sorted.get(sorted.size() / 2) / 1000.0;
	}

	/**
	 * Elapsed time, divided by the number of transactions.
	 */
	double meanMicros() {
		return this.elapsed / 1000.0 / this.transactions.size();
	}

	/**
	 * CPU time of this JVM, divided by the number of transactions.
	 */
	double jvmMicros() {
		return this.jvm / this.transactions.size();
	}

	/**
	 * CPU time of the server, divided by the number of transactions.
	 */
	double postgresMicros() {
		return this.postgres / this.transactions.size();
	}

	/**
	 * What this JVM has allocated, divided by the number of transactions.
	 */
	double allocatedBytes() {
		return this.allocated / this.transactions.size();
	}

}
