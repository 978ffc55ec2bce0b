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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import dev.aftercommit.store.CancelRequest;
import dev.aftercommit.store.Headers;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.NodeOrders;
import dev.aftercommit.store.Nodes;

/**
 * The nodes, each a row.
 */
final class JdbcNodes implements Nodes {

	/** A row without a job says that the node is quiet. */
	private static final String ORDERS = """
			SELECT id, token FROM {lease} WHERE cancel_requested AND node = ?
			UNION ALL SELECT CAST(NULL AS uuid), 0 FROM {node} WHERE id = ? AND quiet""";

	private final OwnTransactions transactions;

	private final Statements statements;

	private final Dialect dialect;

	JdbcNodes(OwnTransactions transactions, Statements statements, Dialect dialect) {
		this.transactions = transactions;
		this.statements = statements;
		this.dialect = dialect;
	}

	@Override
	public long register(NodeInfo info) {
		return this.transactions.run("register a node", (connection) -> insert(connection, info));
	}

	private long insert(Connection connection, NodeInfo info) throws SQLException {
		String sql = this.dialect.sql("""
				INSERT INTO {node} (started_at, heartbeat_at, name, version, names, queues, concurrency, limits)
				VALUES ({now}, {now}, ?, ?, ?, ?, ?, ?)""");
		Set<String> queues = info.queues();
		Map<String, String> limits = new TreeMap<>();
		info.queueConcurrency().forEach((queue, limit) -> limits.put(queue, limit.toString()));
		try (PreparedStatement insert = this.statements.prepareForKey(connection, sql, "id")) {
			Statements.bind(insert, info.name(), info.version(), info.names().toArray(String[]::new),
					(queues != null) ? queues.toArray(String[]::new) : null, info.concurrency(), Headers.write(limits));
			insert.executeUpdate();
			try (ResultSet keys = insert.getGeneratedKeys()) {
				keys.next();
				return keys.getLong(1);
			}
		}
	}

	@Override
	public boolean heartbeat(long node) {
		return this.transactions.run("store a heartbeat",
				(connection) -> this.statements.update(connection,
						this.dialect.sql("UPDATE {node} SET heartbeat_at = {now} WHERE id = ? AND ended_at IS NULL"),
						node) == 1);
	}

	@Override
	public NodeOrders orders(long node) {
		return this.transactions.run("look for orders", (connection) -> {
			List<Optional<CancelRequest>> orders = this.statements.query(connection, this.dialect.sqlByIndex(ORDERS),
					(row) -> cancellation(row, node), node, node);
			return new NodeOrders(orders.contains(Optional.<CancelRequest>empty()),
					orders.stream().flatMap(Optional::stream).collect(Collectors.toSet()));
		});
	}

	private static Optional<CancelRequest> cancellation(ResultSet row, long node) throws SQLException {
		Lease lease = new Lease(node, row.getLong(2));
		return Optional.ofNullable(row.getObject(1, UUID.class)).map((id) -> new CancelRequest(id, lease));
	}

	@Override
	public boolean quiet(long node) {
		return this.transactions.run("quiet a node",
				(connection) -> this.statements.update(connection,
						this.dialect
							.sql("UPDATE {node} SET quiet = TRUE WHERE id = ? AND ended_at IS NULL AND NOT quiet"),
						node) == 1);
	}

	@Override
	public boolean resume(long node) {
		return this.transactions.run("resume a node",
				(connection) -> this.statements.update(connection,
						this.dialect.sql("UPDATE {node} SET quiet = FALSE WHERE id = ? AND ended_at IS NULL AND quiet"),
						node) == 1);
	}

	@Override
	public void end(long node) {
		this.transactions.run("end a node", (connection) -> this.statements.update(connection,
				this.dialect.sql("UPDATE {node} SET ended_at = {now} WHERE id = ? AND ended_at IS NULL"), node));
	}

}
