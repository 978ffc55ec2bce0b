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

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;

/**
 * Writes new jobs, in the caller's transaction or in one of its own.
 */
final class JdbcIntake implements JobIntake {

	// SQLState for "serialization failure": has the transaction tried again.
	static final String TRY_AGAIN = "40001";

	static final String DUPLICATE = "23505";

	private static final int LONGEST_KEY_BYTES = 2000;

	private static final String ENDED = """
			SELECT id FROM {history} WHERE id = ANY(?) UNION ALL SELECT id FROM {dead} WHERE id = ANY(?)""";

	private final BoundConnections bound;

	private final OwnTransactions transactions;

	private final Statements statements;

	private final Dialect dialect;

	private final Writing writing;

	JdbcIntake(BoundConnections bound, OwnTransactions transactions, Statements statements, Dialect dialect) {
		this.bound = bound;
		this.transactions = transactions;
		this.statements = statements;
		this.dialect = dialect;
		this.writing = new Writing(statements, dialect);
	}

	@Override
	public boolean joinsTransaction() {
		return this.bound.joinable() != null;
	}

	@Override
	public Optional<Object> boundResource() {
		return this.bound.resource();
	}

	@Override
	public Map<UUID, UUID> stage(List<StagedJob> jobs) {
		DataSource dataSource = this.bound.joinable();
		Assert.state(dataSource != null,
				"The job store can't stage: this thread has no read-write transaction on its 'DataSource'");
		jobs.forEach(JdbcIntake::check);
		return this.bound.run(dataSource, "The job store could not write " + jobs.size() + " jobs",
				(connection) -> this.writing.write(connection, jobs));
	}

	@Override
	public Map<UUID, UUID> enqueue(List<NewJob> jobs) {
		jobs.forEach(JdbcIntake::check);
		List<NewJob> distinct = distinct(jobs);
		return this.transactions.run("enqueue " + jobs.size() + " jobs", (connection) -> enqueue(connection, distinct));
	}

	// The statement that asks what the store already has sees none of its own rows.
	private static List<NewJob> distinct(List<NewJob> jobs) {
		Map<UUID, NewJob> byId = new LinkedHashMap<>();
		jobs.forEach((job) -> byId.putIfAbsent(job.id(), job));
		return List.copyOf(byId.values());
	}

	private static void check(StagedJob job) {
		check(job.job());
		Assert.isTrue(job.lease() == null || !job.job().terms().isKeyed(),
				() -> "Job " + job.job().id() + " (" + job.job().name()
						+ ") has a key and a 'lease': stage it without one, so that it can wait for its key");
	}

	// PostgreSQL has no such character, and says so only when the transaction is lost.
	// Nor has its index room for longer keys.
	static void check(NewJob job) {
		JobTerms terms = job.terms();
		check(job, "concurrencyKey", terms.concurrencyKey());
		check(job, "uniqueKey", terms.uniqueKey());
		Assert.isTrue(job.arguments().indexOf('\0') < 0, () -> "'arguments' of job " + job.id() + " (" + job.name()
				+ ") contain the character NUL: write it as \\u0000, or leave it out");
	}

	private static void check(NewJob job, String parameter, @Nullable String key) {
		Assert.isTrue(
				key == null
						|| (key.indexOf('\0') < 0 && key.getBytes(StandardCharsets.UTF_8).length <= LONGEST_KEY_BYTES),
				() -> "'" + parameter + "' (" + key + ") of job " + job.id() + " (" + job.name()
						+ ") contains the character NUL or is longer than " + LONGEST_KEY_BYTES
						+ " bytes in UTF-8: use an id or a digest");
	}

	Map<UUID, UUID> enqueue(Connection connection, List<NewJob> jobs) throws SQLException {
		Map<UUID, UUID> kept;
		try {
			kept = this.writing.writeMissing(connection, jobs);
		}
		catch (SQLException ex) {
			throw tryAgainIfDuplicate(ex);
		}
		// A job that ended while it was enqueued a second time was seen neither as alive
		// nor
		// as ended.
		if (anyAlive(connection, ended(connection, jobs))) {
			throw new SQLException("A job ended while it was enqueued again", TRY_AGAIN);
		}
		return kept;
	}

	// Somebody else wrote the same job at the same moment.
	static SQLException tryAgainIfDuplicate(SQLException ex) {
		return DUPLICATE.equals(ex.getSQLState()) ? new SQLException(ex.getMessage(), TRY_AGAIN, ex) : ex;
	}

	private UUID[] ended(Connection connection, List<NewJob> jobs) throws SQLException {
		UUID[] ids = jobs.stream().map(NewJob::id).toArray(UUID[]::new);
		return this.statements
			.query(connection, this.dialect.sql(ENDED), (row) -> row.getObject(1, UUID.class), ids, ids)
			.toArray(UUID[]::new);
	}

	private boolean anyAlive(Connection connection, UUID[] ids) throws SQLException {
		return ids.length > 0 && !this.statements
			.query(connection, this.dialect.sql("SELECT 1 FROM {job} WHERE id = ANY(?)"), (row) -> 1, (Object) ids)
			.isEmpty();
	}

}
