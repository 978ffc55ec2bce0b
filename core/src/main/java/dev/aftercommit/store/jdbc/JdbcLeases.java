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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.JobState;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.Words;

/**
 * Each step of the workers' in a short transaction of its own, but for completions that
 * are part of the caller's.
 */
final class JdbcLeases implements JobLeases {

	private final OwnTransactions transactions;

	private final Dialect dialect;

	private final Endings endings;

	private final JoinedCompletion joinedCompletion;

	private final Promotion promotion;

	private final KeptWords keptWords;

	private final Returns returns;

	private final Pruning pruning;

	private final Settlement settlement;

	private final Marks marks;

	JdbcLeases(BoundConnections bound, OwnTransactions transactions, Statements statements, Dialect dialect) {
		this.transactions = transactions;
		this.dialect = dialect;
		this.marks = new Marks(statements, dialect);
		Moves moves = new Moves(statements, dialect);
		this.endings = new Endings(statements, dialect, moves);
		this.keptWords = new KeptWords(statements, dialect);
		this.joinedCompletion = new JoinedCompletion(bound, dialect, this.endings, this.keptWords, this.marks);
		this.promotion = new Promotion(statements, dialect);
		this.returns = new Returns(statements, dialect, moves);
		this.pruning = new Pruning(statements, dialect);
		this.settlement = new Settlement(statements, dialect);
	}

	@Override
	public Claim claim(ClaimRequest request) {
		return this.transactions.run("claim jobs",
				(connection) -> started(connection, this.dialect.claim(connection, request)));
	}

	/** A unique key until the start is given up in the claim itself. */
	private Claim started(Connection connection, Claim claim) throws SQLException {
		List<String> keys = claim.jobs()
			.stream()
			.map(ClaimedJob::terms)
			.filter((terms) -> terms.uniqueUntil() == UniqueUntil.STARTED)
			.map(JobTerms::uniqueKey)
			.filter(Objects::nonNull)
			.toList();
		this.marks.leave(connection, keys);
		return keys.isEmpty() ? claim
				: new Claim(claim.jobs(), claim.nextDue(), true, claim.pausedQueues(), claim.nextStart());
	}

	@Override
	public int settle(int limit) {
		return this.transactions.run("settle keys", (connection) -> this.settlement.settle(connection, limit));
	}

	@Override
	public int promote(int limit) {
		return this.transactions.run("promote due jobs", (connection) -> this.promotion.promote(connection, limit));
	}

	@Override
	public Set<UUID> apply(List<Ending> endings) {
		return this.transactions.run("store the outcomes of " + endings.size() + " attempts",
				(connection) -> this.endings.apply(connection, endings));
	}

	@Override
	public void completeInTransaction(ClaimedJob job, Outcome.Returned outcome) {
		this.joinedCompletion.complete(new Ending(job, outcome));
	}

	@Override
	public void note(List<Words> words) {
		this.transactions.run("keep what " + words.size() + " jobs have said", (connection) -> {
			this.keptWords.note(connection, words);
			return words;
		});
	}

	@Override
	public void noteInTransaction(Words words) {
		this.joinedCompletion.note(words);
	}

	@Override
	public int reclaim(long node, Set<Long> held, long below) {
		return this.transactions.run("give back unknown leases",
				(connection) -> this.returns.reclaim(connection, node, held, below));
	}

	@Override
	public int rescue(Duration lease, int maxCrashes, int limit) {
		// Two transactions: from the first one's commit on, a silent node's heartbeat is
		// refused.
		boolean some = this.transactions.run("end silent nodes",
				(connection) -> this.returns.endSilentNodes(connection, lease));
		return some ? this.transactions.run("rescue jobs",
				(connection) -> this.returns.rescue(connection, lease, maxCrashes, limit)) : 0;
	}

	@Override
	public int prune(Retention retention, int limit) {
		if (this.transactions.run("look for what is to be pruned",
				(connection) -> this.pruning.isNothing(connection, retention))) {
			return 0;
		}
		this.transactions.run("prune nodes", (connection) -> this.pruning.pruneNodes(connection, retention.longest()));
		this.transactions.run("prune counts", this.pruning::pruneFlow);
		this.transactions.run("prune operators' orders", this.pruning::pruneAuditTrail);
		return this.transactions.run("prune succeeded jobs",
				(connection) -> this.pruning.pruneHistory(connection, JobState.SUCCEEDED, retention.succeeded(), limit))
				+ this.transactions.run("prune cancelled jobs",
						(connection) -> this.pruning.pruneHistory(connection, JobState.CANCELLED, retention.cancelled(),
								limit))
				+ this.transactions.run("prune dead jobs",
						(connection) -> this.pruning.pruneDead(connection, retention.dead(), limit));
	}

}
