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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The middle and the end of what was measured one by one.
 */
final class Quantiles {

	private Quantiles() {
	}

	/**
	 * Quantiles by nearest rank.
	 * @param millis samples in milliseconds, at least one
	 */
	static Map<String, Double> of(List<Double> millis) {
		List<Double> sorted = millis.stream().sorted().toList();
		Map<String, Double> figures = new LinkedHashMap<>();
		figures.put("p50 ms", quantile(sorted, 0.5));
		figures.put("p95 ms", quantile(sorted, 0.95));
		figures.put("p99 ms", quantile(sorted, 0.99));
		return figures;
	}

	private static double quantile(List<Double> sorted, double share) {
		return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
	}

}
