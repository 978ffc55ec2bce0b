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
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.AuditTrail;

/**
 * A row for each order, and one for each thing by which it is found.
 */
final class JdbcAuditTrail implements AuditTrail {

	private static final String WRITE = """
			INSERT INTO {audit} (written_at, who, action, kind, subject, result) VALUES ({now}, ?, ?, ?, ?, ?)""";

	private static final String WRITE_ABOUT = "INSERT INTO {audit_about} (written_at, seq, kind, subject) VALUES ({now}, ?, ?, ?)";

	private static final String LATEST = """
			SELECT written_at, who, action, kind, subject, result FROM {audit} ORDER BY seq DESC LIMIT ?""";

	// Not one query: a plan that was made for empty tables joins them by reading both.
	private static final String ABOUT = """
			SELECT seq FROM {audit_about} WHERE kind = ? AND subject = ? ORDER BY seq DESC LIMIT ?""";

	private static final String OF_THESE = """
			SELECT written_at, who, action, kind, subject, result FROM {audit} WHERE seq = ANY(?) ORDER BY seq DESC""";

	private final OwnTransactions transactions;

	private final Statements statements;

	private final Dialect dialect;

	JdbcAuditTrail(OwnTransactions transactions, Statements statements, Dialect dialect) {
		this.transactions = transactions;
		this.statements = statements;
		this.dialect = dialect;
	}

	@Override
	public void append(AuditNote note) {
		this.transactions.run("keep an operator's order", (connection) -> {
			long seq = write(connection, note);
			try (PreparedStatement insert = this.statements.prepare(connection, this.dialect.sql(WRITE_ABOUT))) {
				Statements.batch(insert, seq, note.kind().name(), note.subject());
				for (UUID id : note.jobs()) {
					Statements.batch(insert, seq, AuditEntry.Kind.JOB.name(), id.toString());
				}
				return insert.executeBatch();
			}
		});
	}

	private long write(Connection connection, AuditNote note) throws SQLException {
		try (PreparedStatement insert = this.statements.prepareForKey(connection, this.dialect.sql(WRITE), "seq")) {
			Statements.bind(insert, note.who(), note.action(), note.kind().name(), note.subject(), note.result());
			insert.executeUpdate();
			try (ResultSet keys = insert.getGeneratedKeys()) {
				keys.next();
				return keys.getLong(1);
			}
		}
	}

	@Override
	public List<AuditEntry> about(AuditEntry.Kind kind, String subject, int most) {
		return this.transactions.run("list operators' orders",
				(connection) -> about(connection, kind, AuditNote.text(subject), most));
	}

	List<AuditEntry> about(Connection connection, AuditEntry.Kind kind, String subject, int most) throws SQLException {
		List<Long> found = this.statements.query(connection, this.dialect.sqlByIndex(ABOUT), (row) -> row.getLong(1),
				kind.name(), subject, most);
		return found.isEmpty() ? List.of() : read(connection, OF_THESE, (Object) found.toArray(Long[]::new));
	}

	@Override
	public List<AuditEntry> latest(int most) {
		return this.transactions.run("list operators' orders", (connection) -> latest(connection, most));
	}

	List<AuditEntry> latest(Connection connection, int most) throws SQLException {
		return read(connection, LATEST, most);
	}

	private List<AuditEntry> read(Connection connection, String sql, Object... values) throws SQLException {
		return this.statements.query(connection, this.dialect.sqlByIndex(sql), JdbcAuditTrail::entry, values)
			.stream()
			.flatMap(Optional::stream)
			.toList();
	}

	/** A row that somebody else wrote may be of any kind. */
	private static Optional<AuditEntry> entry(ResultSet row) throws SQLException {
		String name = row.getString(4);
		Optional<AuditEntry.Kind> kind = Stream.of(AuditEntry.Kind.values())
			.filter((each) -> each.name().equals(name))
			.findFirst();
		return kind.isEmpty() ? Optional.empty()
				: Optional.of(new AuditEntry(row.getObject(1, OffsetDateTime.class).toInstant(), row.getString(2),
						row.getString(3), kind.get(), row.getString(5), row.getString(6)));
	}

}
