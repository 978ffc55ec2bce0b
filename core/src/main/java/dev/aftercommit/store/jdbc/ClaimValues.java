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

package dev.aftercommit.store.jdbc;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Permits;
import dev.aftercommit.store.Rate;

/**
 * What a request says, and what rates allow of it, as parameters of PostgreSQL's claim.
 *
 * @param request the request
 * @param permits what the rates allow
 */
record ClaimValues(ClaimRequest request, Permits permits) {

	/** Which of the texts they are for. */
	Kind kind() {
		return new Kind(this.request.queues() == null,
				this.permits.left().keySet().stream().anyMatch((rate) -> !rate.names().isEmpty()));
	}

	Object[] all() {
		List<Object> values = new ArrayList<>();
		Set<String> served = this.request.queues();
		if (served != null) {
			values.add(served.toArray(String[]::new));
		}
		values.add(this.request.limit());
		addQueues(values, (served != null) ? served : named());
		addNames(values);
		values.add(names().toArray(String[]::new));
		values.add(this.request.limit());
		return values.toArray();
	}

	/** The queues of which there is something to say. */
	private Set<String> named() {
		Set<String> named = new LinkedHashSet<>(this.request.atMost().keySet());
		named.addAll(this.request.weights().keySet());
		this.permits.left().keySet().forEach((rate) -> named.addAll(rate.queues()));
		this.permits.unasked().forEach((rate) -> named.addAll(rate.queues()));
		return named;
	}

	/** Those of which jobs may be claimed. */
	private Set<String> names() {
		if (this.permits.unasked().isEmpty()) {
			return this.request.names();
		}
		Set<String> names = new LinkedHashSet<>(this.request.names());
		this.permits.unasked().forEach((rate) -> names.removeAll(rate.names()));
		return names;
	}

	private void addQueues(List<Object> values, Set<String> queues) {
		values.add(queues.toArray(String[]::new));
		values.add(queues.stream().map(this::most).toArray(Integer[]::new));
		values.add(queues.stream().map(this.request::weight).toArray(Integer[]::new));
	}

	private int most(String queue) {
		if (this.permits.unasked().stream().anyMatch((rate) -> rate.queues().contains(queue))) {
			return 0;
		}
		int most = this.request.most(queue);
		for (Map.Entry<Rate, Integer> rate : this.permits.left().entrySet()) {
			if (rate.getKey().queues().contains(queue)) {
				most = Math.min(most, rate.getValue());
			}
		}
		return most;
	}

	private void addNames(List<Object> values) {
		List<String> names = new ArrayList<>();
		List<String> keys = new ArrayList<>();
		List<Integer> starts = new ArrayList<>();
		this.permits.left().forEach((rate, left) -> {
			for (String name : rate.names()) {
				names.add(name);
				keys.add(rate.key());
				starts.add(left);
			}
		});
		values.add(names.toArray(String[]::new));
		values.add(keys.toArray(String[]::new));
		values.add(starts.toArray(Integer[]::new));
	}

	/**
	 * A text of the statement.
	 *
	 * @param allQueues whether the node serves all queues
	 * @param rated whether jobs of names that have a rate wait
	 */
	record Kind(boolean allQueues, boolean rated) {

	}

}
