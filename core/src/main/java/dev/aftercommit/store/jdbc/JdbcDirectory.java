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

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.QueueDepth;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.StoredArguments;

/**
 * Answers by the tables' indexes alone.
 */
final class JdbcDirectory implements JobDirectory {

	// Of what has ended in an order, which is an index: of many jobs that have succeeded
	// and few that were cancelled, a scan that counts the few reads all.
	private static final String COUNT = """
			SELECT 'ENQUEUED', COUNT(*) FROM (SELECT 1 FROM {ready} LIMIT 10001) enqueued
			UNION ALL SELECT 'BLOCKED', COUNT(*) FROM (SELECT 1 FROM {blocked} LIMIT 10001) blocked
			UNION ALL SELECT 'RUNNING', COUNT(*) FROM (SELECT 1 FROM {running} LIMIT 10001) running
			UNION ALL SELECT 'SCHEDULED', COUNT(*) FROM (SELECT 1 FROM {scheduled} WHERE NOT retrying LIMIT 10001) scheduled
			UNION ALL SELECT 'RETRYING', COUNT(*) FROM (SELECT 1 FROM {scheduled} WHERE retrying LIMIT 10001) retrying
			UNION ALL SELECT 'SUCCEEDED', COUNT(*)
				FROM (SELECT 1 FROM {history} WHERE state = 'SUCCEEDED' ORDER BY state, ended_at LIMIT 10001) succeeded
			UNION ALL SELECT 'CANCELLED', COUNT(*)
				FROM (SELECT 1 FROM {history} WHERE state = 'CANCELLED' ORDER BY state, ended_at LIMIT 10001) cancelled
			UNION ALL SELECT 'DEAD', COUNT(*) FROM (SELECT 1 FROM {dead} LIMIT 10001) dead""";

	private final CallersTransaction callersTransaction;

	private final OwnTransactions transactions;

	private final Statements statements;

	private final Dialect dialect;

	private final Cancellation cancellation;

	private final Lookup lookup;

	private final Depths depths;

	private final PausedQueues pausedQueues;

	private final Rates rates;

	private final PastAttempts pastAttempts;

	private final KeptWords keptWords;

	JdbcDirectory(CallersTransaction callersTransaction, OwnTransactions transactions, Statements statements,
			Dialect dialect) {
		this.callersTransaction = callersTransaction;
		this.transactions = transactions;
		this.statements = statements;
		this.dialect = dialect;
		this.cancellation = new Cancellation(statements, dialect);
		this.lookup = new Lookup(statements, dialect);
		this.depths = new Depths(dialect);
		this.pausedQueues = new PausedQueues(statements, dialect);
		this.rates = new Rates(statements, dialect);
		this.pastAttempts = new PastAttempts(statements, dialect);
		this.keptWords = new KeptWords(statements, dialect);
	}

	@Override
	public Map<UUID, JobStatus> find(Collection<UUID> ids) {
		return this.transactions.run("look up jobs", (connection) -> this.lookup.find(connection, ids));
	}

	@Override
	public List<JobAttempt> attempts(UUID id) {
		return this.transactions.run("look up the attempts of job " + id,
				(connection) -> this.pastAttempts.list(connection, id));
	}

	@Override
	public Optional<StoredArguments> arguments(UUID id) {
		return this.transactions.run("look up the arguments of job " + id,
				(connection) -> this.lookup.arguments(connection, id));
	}

	@Override
	public JobWords words(UUID id) {
		return this.transactions.run("look up what job " + id + " has said",
				(connection) -> this.keptWords.find(connection, id));
	}

	@Override
	public boolean cancel(UUID id) {
		return this.callersTransaction.run("cancel job " + id,
				(connection) -> this.cancellation.cancel(connection, id));
	}

	@Override
	public Map<JobState, Count> count() {
		Map<JobState, Count> counts = new EnumMap<>(JobState.class);
		for (JobState state : JobState.values()) {
			counts.put(state, new Count(0, true));
		}
		this.transactions.run("count jobs", (connection) -> this.statements.query(connection, this.dialect.sql(COUNT),
				(row) -> counts.put(JobState.valueOf(row.getString(1)), upToLimit(row.getLong(2)))));
		return counts;
	}

	@Override
	public List<QueueDepth> depths() {
		return this.transactions.run("measure queues", this.depths::measure);
	}

	@Override
	public Duration untilNextStart(Rate rate) {
		return this.transactions.run("read a rate", (connection) -> this.rates.untilNextStart(connection, rate));
	}

	@Override
	public Set<String> pausedQueues() {
		return this.transactions.run("read which queues are paused", this.pausedQueues::read);
	}

	static Count upToLimit(long counted) {
		return new Count(Math.min(counted, Count.LIMIT), counted <= Count.LIMIT);
	}

}
