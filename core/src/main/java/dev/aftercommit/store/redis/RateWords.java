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

package dev.aftercommit.store.redis;

import java.util.List;
import java.util.Locale;

import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Rate;

/**
 * The rates of a request, as the script reads them: nothing at all if there are none.
 *
 * @param request the request
 */
record RateWords(ClaimRequest request) {

	void addTo(List<byte[]> arguments) {
		if (this.request.rates().isEmpty()) {
			return;
		}
		arguments.add(Redis.bytes(Integer.toString(this.request.atMostRated())));
		for (Rate rate : this.request.rates()) {
			arguments.add(Redis.bytes(Lane.written(rate.key())));
			arguments.add(Redis.bytes(number(rate.limit().interval())));
			arguments.add(Redis.bytes(number(rate.limit().tolerance())));
			arguments.add(Redis.bytes(Integer.toString(rate.queues().size())));
			rate.queues().forEach((queue) -> arguments.add(Redis.bytes(Lane.written(queue))));
			arguments.add(Redis.bytes(Integer.toString(rate.names().size())));
			rate.names().forEach((name) -> arguments.add(Redis.bytes(Lane.written(name))));
		}
	}

	private static String number(double micros) {
		return String.format(Locale.ROOT, "%.3f", micros);
	}

}
