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

package dev.aftercommit.operations;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.UnknownName;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LastKnown;
import dev.aftercommit.store.NameDepth;

/**
 * Names under which jobs wait and that no live node knows, and who knew them last.
 */
final class UnknownNames {

	private final JobStore store;

	private final Duration lease;

	UnknownNames(JobStore store, Duration lease) {
		this.store = store;
		this.lease = lease;
	}

	List<UnknownName> list() {
		List<NodeSnapshot> nodes = this.store.overview().nodes();
		Set<String> known = new HashSet<>();
		nodes.stream().filter((node) -> node.isAlive(this.lease)).forEach((node) -> known.addAll(node.names()));
		List<NameDepth> unknown = this.store.overview().waitingUnderOthers(known);
		Map<String, LastKnown> last = lastKnown(unknown.stream().map(NameDepth::name).toList(), nodes);
		return unknown.stream().map((each) -> unknown(each, Optional.ofNullable(last.get(each.name())))).toList();
	}

	private static UnknownName unknown(NameDepth depth, Optional<LastKnown> last) {
		return new UnknownName(depth.name(), depth.waiting().value(), depth.waiting().exact(), depth.oldest(),
				last.map(LastKnown::version).orElse(null), last.map(LastKnown::heardAt).orElse(null));
	}

	/**
	 * Who knew a name last.
	 * @param name a name that no live node knows
	 * @param nodes the nodes that the store has
	 * @return which version; empty if that was longer ago than is remembered
	 */
	Optional<LastKnown> lastKnown(String name, List<NodeSnapshot> nodes) {
		return Optional.ofNullable(lastKnown(List.of(name), nodes).get(name));
	}

	private Map<String, LastKnown> lastKnown(Collection<String> names, List<NodeSnapshot> nodes) {
		Map<String, LastKnown> last = new HashMap<>();
		if (!names.isEmpty()) {
			last.putAll(this.store.overview().lastKnown(names));
		}
		for (NodeSnapshot node : nodes) {
			LastKnown known = new LastKnown(node.version(), node.heartbeatAt());
			names.stream()
				.filter(node.names()::contains)
				.forEach((name) -> last.merge(name, known, LastKnown::orLater));
		}
		return last;
	}

}
