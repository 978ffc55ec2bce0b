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
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.IntStream;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Headers;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Permits;

/**
 * Claims in several statements: candidates are read in order without locks, then locked
 * one by one. {@code ORDER BY … LIMIT … FOR UPDATE SKIP LOCKED} would lock every row that
 * waits.
 */
final class H2Claims {

	// Candidates beyond the limit, so that a claimer finds some although others hold
	// those at the head.
	private static final int SPARE = 100;

	private static final String CANDIDATES = """
			SELECT queue, name, priority, seq, id, attempt, due_at FROM {ready}
			WHERE queue = ? AND name = ? ORDER BY queue, name, priority, seq LIMIT ?""";

	private static final String LOCK = """
			SELECT 1 FROM {ready} WHERE queue = ? AND name = ? AND priority = ? AND seq = ? FOR UPDATE SKIP LOCKED""";

	private static final String JOB = "SELECT name, queue, priority, arguments, headers, forgiven FROM {job} WHERE id = ?";

	private final Statements statements;

	private final Dialect dialect;

	private final Lanes lanes;

	private final PausedQueues pausedQueues;

	private final Rates rates;

	private final H2Rates h2Rates;

	H2Claims(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.lanes = new Lanes(statements, dialect);
		this.pausedQueues = new PausedQueues(statements, dialect);
		this.rates = new Rates(statements, dialect);
		this.h2Rates = new H2Rates(statements, dialect, this.rates);
	}

	Claim claim(Connection connection, ClaimRequest request) throws SQLException {
		Now first = this.statements
			.query(connection, this.dialect.sql("SELECT {now}, EXISTS (SELECT 1 FROM {unsettled})"),
					(row) -> new Now(row.getObject(1, OffsetDateTime.class), row.getBoolean(2)))
			.get(0);
		OffsetDateTime now = first.time();
		Set<String> paused = this.pausedQueues.read(connection);
		Map<String, SortedSet<String>> served = served(connection, request, paused);
		Permits permits = this.h2Rates.ask(connection, request, served, now);
		List<Share> shares = new ArrayList<>();
		for (Map.Entry<String, SortedSet<String>> queue : served.entrySet()) {
			int most = request.most(queue.getKey());
			shares.add(new Share(candidates(connection, queue.getKey(), queue.getValue(), most + SPARE, permits), most,
					request.weight(queue.getKey())));
		}
		Share.divide(shares, request.limit());
		List<Candidate> locked = new ArrayList<>();
		for (Share share : shares) {
			locked.addAll(lock(connection, share, permits));
		}
		Collections.sort(locked, Candidate.IN_TURN);
		move(connection, locked, request.lease());
		this.rates.spend(connection, permits);
		return new Claim(read(connection, locked, request.lease(), now), nextDue(connection, now), first.unsettled(),
				paused, permits.nextStart());
	}

	private Map<String, SortedSet<String>> served(Connection connection, ClaimRequest request, Set<String> paused)
			throws SQLException {
		Map<String, SortedSet<String>> lanes = (request.queues() != null)
				? this.lanes.waitingIn(connection, request.queues()) : this.lanes.waiting(connection);
		lanes.keySet().removeAll(paused);
		lanes.values().forEach((names) -> names.retainAll(request.names()));
		return lanes;
	}

	private List<Candidate> candidates(Connection connection, String queue, SortedSet<String> names, int most,
			Permits permits) throws SQLException {
		List<Candidate> found = new ArrayList<>();
		for (String name : names) {
			found.addAll(this.statements.query(connection, this.dialect.sql(CANDIDATES), Candidate::read, queue, name,
					Math.min(most, permits.left(queue, name))));
		}
		found.sort(Candidate.IN_ORDER);
		return IntStream.range(0, Math.min(most, found.size())).mapToObj((i) -> found.get(i).inTurn(i + 1)).toList();
	}

	// A row that somebody has deleted since it was read is not found, one that somebody
	// is deleting is skipped.
	private List<Candidate> lock(Connection connection, Share share, Permits permits) throws SQLException {
		List<Candidate> locked = new ArrayList<>();
		for (Candidate candidate : share.candidates()) {
			if (locked.size() == share.size()) {
				break;
			}
			boolean allowed = permits.left(candidate.queue(), candidate.name()) > 0;
			if (allowed && !this.statements
				.query(connection, this.dialect.sql(LOCK), (row) -> 1, candidate.queue(), candidate.name(),
						candidate.priority(), candidate.seq())
				.isEmpty()) {
				locked.add(candidate);
				permits.use(candidate.queue(), candidate.name());
			}
		}
		return locked;
	}

	private void move(Connection connection, List<Candidate> locked, Lease lease) throws SQLException {
		if (locked.isEmpty()) {
			return;
		}
		String remove = this.dialect
			.sql("DELETE FROM {ready} WHERE queue = ? AND name = ? AND priority = ? AND seq = ?");
		String add = this.dialect
			.sql("INSERT INTO {lease} (node, token, claimed_at, id, attempt) VALUES (?, ?, {now}, ?, ?)");
		try (PreparedStatement ready = this.statements.prepare(connection, remove);
				PreparedStatement leased = this.statements.prepare(connection, add)) {
			for (Candidate candidate : locked) {
				Statements.batch(ready, candidate.queue(), candidate.name(), candidate.priority(), candidate.seq());
				Statements.batch(leased, lease.node(), lease.token(), candidate.id(), candidate.attempt() + 1);
			}
			ready.executeBatch();
			leased.executeBatch();
		}
	}

	private List<ClaimedJob> read(Connection connection, List<Candidate> locked, Lease lease, OffsetDateTime now)
			throws SQLException {
		List<ClaimedJob> jobs = new ArrayList<>();
		for (Candidate candidate : locked) {
			long waited = ChronoUnit.MICROS.between(candidate.dueAt(), now);
			jobs.addAll(this.statements.query(connection, this.dialect.sql(JOB),
					(row) -> new ClaimedJob(candidate.id(), row.getString(1), row.getString(2), row.getInt(3),
							candidate.attempt() + 1, row.getString(4), Headers.read(row.getString(5)), lease,
							Micros.duration(waited), row.getInt(6)),
					candidate.id()));
		}
		return List.copyOf(jobs);
	}

	private Optional<Duration> nextDue(Connection connection, OffsetDateTime now) throws SQLException {
		return this.statements
			.query(connection, this.dialect.sql("SELECT run_at FROM {scheduled} ORDER BY run_at LIMIT 1"),
					(row) -> row.getObject(1, OffsetDateTime.class))
			.stream()
			.map((runAt) -> Micros.duration(ChronoUnit.MICROS.between(now, runAt)))
			.findFirst();
	}

	private record Now(OffsetDateTime time, boolean unsettled) {

	}

}
