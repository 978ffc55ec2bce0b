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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Gives free places of concurrency keys to the first ones in line. The only one who
 * writes who has a place: others end jobs, and leave a mark.
 */
final class Places {

	/** As a rule one job goes on, and the next one says that it can't. */
	private static final int FIRST_LOOK = 2;

	private static final int WIDER = 16;

	private static final int WIDEST = 1000;

	private final Statements statements;

	private final Dialect dialect;

	Places(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	/**
	 * Settle keys.
	 * @param lines concurrency keys, or what may be some
	 * @param unsettled gets those whose next one somebody holds: nobody overtakes it
	 * @return how many jobs may go on
	 */
	int settle(Connection connection, Collection<String> lines, Set<String> unsettled) throws SQLException {
		Map<String, Integer> taken = taken(connection, lines);
		Set<String> open = new TreeSet<>(lines);
		int moved = 0;
		for (int look = FIRST_LOOK; !open.isEmpty(); look = Math.min(look * WIDER, WIDEST)) {
			Map<String, List<Head>> heads = heads(connection, open, look);
			open.clear();
			List<Head> next = new ArrayList<>();
			heads.forEach((line, first) -> next.addAll(going(first, taken.getOrDefault(line, 0))));
			List<Head> going = lock(connection, next, unsettled);
			move(connection, going.stream().map(Head::id).toList());
			going.forEach((head) -> taken.merge(head.line(), 1, Integer::sum));
			moved += going.size();
			open.addAll(stillOpen(heads, going, look));
		}
		return moved;
	}

	/** How many have a place. Those who have ended, or are in line again, lose it. */
	private Map<String, Integer> taken(Connection connection, Collection<String> lines) throws SQLException {
		Map<UUID, String> held = new HashMap<>();
		this.statements.query(connection,
				this.dialect.sql("SELECT id, concurrency_key FROM {held} WHERE concurrency_key = ANY(?)"),
				(row) -> held.put(row.getObject(1, UUID.class), row.getString(2)),
				(Object) lines.toArray(String[]::new));
		Map<String, Integer> taken = new HashMap<>();
		if (!held.isEmpty()) {
			Set<UUID> gone = new HashSet<>(held.keySet());
			gone.removeAll(ids(connection, "SELECT id FROM {job} WHERE id = ANY(?)", held.keySet()));
			gone.addAll(ids(connection, "SELECT id FROM {blocked} WHERE id = ANY(?)", held.keySet()));
			update(connection, "DELETE FROM {held} WHERE id = ANY(?)", gone);
			held.keySet().removeAll(gone);
			held.values().forEach((line) -> taken.merge(line, 1, Integer::sum));
		}
		return taken;
	}

	private Map<String, List<Head>> heads(Connection connection, Set<String> lines, int most) throws SQLException {
		Map<String, List<Head>> heads = new LinkedHashMap<>();
		for (Head head : this.dialect.heads(connection, lines.toArray(String[]::new), most)) {
			heads.computeIfAbsent(head.line(), (line) -> new ArrayList<>()).add(head);
		}
		return heads;
	}

	/** Those at the front for whom there is a place. */
	private static List<Head> going(List<Head> line, int taken) {
		int count = 0;
		while (count < line.size() && taken + count < line.get(count).places()) {
			count++;
		}
		return line.subList(0, count);
	}

	/** Keys of which all that was looked at goes on: the next one may, too. */
	private static List<String> stillOpen(Map<String, List<Head>> heads, List<Head> gone, int look) {
		Set<Head> going = new HashSet<>(gone);
		return heads.entrySet()
			.stream()
			.filter((line) -> line.getValue().size() == look && going.containsAll(line.getValue()))
			.map(Map.Entry::getKey)
			.toList();
	}

	/** Those before the first one of their line that somebody holds. */
	private List<Head> lock(Connection connection, List<Head> next, Set<String> unsettled) throws SQLException {
		if (next.isEmpty()) {
			return List.of();
		}
		Set<UUID> locked = ids(connection, "SELECT id FROM {blocked} WHERE id = ANY(?) FOR UPDATE SKIP LOCKED",
				next.stream().map(Head::id).toList());
		List<Head> going = new ArrayList<>();
		for (Head head : next) {
			if (!locked.contains(head.id())) {
				unsettled.add(head.line());
			}
			else if (!unsettled.contains(head.line())) {
				going.add(head);
			}
		}
		return going;
	}

	private void move(Connection connection, List<UUID> ids) throws SQLException {
		update(connection, """
				INSERT INTO {held} (id, concurrency_key)
				SELECT id, concurrency_key FROM {blocked} WHERE id = ANY(?)""", ids);
		toReady(connection, ids);
	}

	/** Let blocked jobs whose rows are locked wait for a worker. */
	void toReady(Connection connection, Collection<UUID> ids) throws SQLException {
		if (!ids.isEmpty()) {
			Object array = ids.toArray(UUID[]::new);
			this.statements.update(connection, this.dialect.sql("""
					INSERT INTO {ready} (seq, due_at, id, attempt, priority, queue, name)
					SELECT j.seq, {now}, j.id, b.attempt, j.priority, j.queue, j.name
					FROM {blocked} b JOIN {job} j ON j.id = b.id WHERE b.id = ANY(?) AND j.id = ANY(?)"""), array,
					array);
			update(connection, "DELETE FROM {blocked} WHERE id = ANY(?)", ids);
		}
	}

	private Set<UUID> ids(Connection connection, String template, Collection<UUID> ids) throws SQLException {
		return new HashSet<>(this.statements.query(connection, this.dialect.sql(template),
				(row) -> row.getObject(1, UUID.class), (Object) ids.toArray(UUID[]::new)));
	}

	private void update(Connection connection, String template, Collection<UUID> ids) throws SQLException {
		if (!ids.isEmpty()) {
			this.statements.update(connection, this.dialect.sql(template), (Object) ids.toArray(UUID[]::new));
		}
	}

}
