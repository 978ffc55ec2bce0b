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

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.aftercommit.store.NameDepth;
import dev.aftercommit.store.NameDepths;
import dev.aftercommit.store.QueueDepth;

/**
 * Measures what waits, queue by queue.
 */
final class Depths {

	private final Dialect dialect;

	Depths(Dialect dialect) {
		this.dialect = dialect;
	}

	List<QueueDepth> measure(Connection connection) throws SQLException {
		Map<String, LaneDepth> first = new LinkedHashMap<>();
		for (LaneDepth lane : this.dialect.depthsOfQueues(connection)) {
			first.merge(lane.head().queue(), lane,
					(one, other) -> (Candidate.IN_ORDER.compare(other.head(), one.head()) < 0) ? other : one);
		}
		return first.values()
			.stream()
			.map((lane) -> new QueueDepth(lane.head().queue(), JdbcDirectory.upToLimit(lane.waiting()), lane.oldest()))
			.toList();
	}

	List<NameDepth> measureOthers(Connection connection, Set<String> names) throws SQLException {
		NameDepths depths = new NameDepths();
		for (LaneDepth lane : this.dialect.depthsOfLanes(connection, names)) {
			depths.add(lane.head().name(), lane.waiting(), lane.oldest());
		}
		return depths.list();
	}

}
