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

package dev.aftercommit.autoconfigure.dashboard;

import java.util.Comparator;
import java.util.List;

import dev.aftercommit.NodeSnapshot;

/**
 * Whether all live nodes run the newest version: that of the one that started last.
 *
 * @param text a sentence
 * @param finished whether they do
 * @param none whether no node is alive
 */
record Deploy(String text, boolean finished, boolean none) {

	static Deploy of(List<NodeSnapshot> live) {
		NodeSnapshot newest = live.stream().max(Comparator.comparing(NodeSnapshot::startedAt)).orElse(null);
		if (newest == null) {
			return new Deploy("No node is alive: nothing runs.", false, true);
		}
		String version = newest.version();
		if (version.isEmpty()) {
			return new Deploy(
					"The newest node has no version: build-info or git properties on the class path give it one.",
					false, false);
		}
		long there = live.stream().filter((node) -> node.version().equals(version)).count();
		String name = version;
		return (there == live.size())
				? new Deploy("Deploy finished: " + all(live.size()) + " " + name + ".", true, false)
				: new Deploy(Format.number(there) + " of " + Format.amount(live.size(), "live node") + " run " + name
						+ ", the newest version.", false, false);
	}

	private static String all(int nodes) {
		return (nodes == 1) ? "the one live node runs" : "all " + Format.number(nodes) + " live nodes run";
	}

}
