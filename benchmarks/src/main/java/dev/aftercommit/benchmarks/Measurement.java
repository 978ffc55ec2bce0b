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

import java.util.List;
import java.util.Map;

/**
 * One way of measuring a system.
 */
@FunctionalInterface
interface Measurement {

	/**
	 * Measure in a fresh database.
	 * @return named figures, in the order in which they are to be shown
	 */
	Map<String, Double> measure(Contender contender) throws InterruptedException;

	/**
	 * What was measured one by one, to be put together with other runs' samples.
	 * @return milliseconds; none if everything is in the figures
	 */
	default List<Double> samples() {
		return List.of();
	}

}
