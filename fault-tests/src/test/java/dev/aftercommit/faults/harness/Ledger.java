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

package dev.aftercommit.faults.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.JobState;

/**
 * What happened, by those who don't depend on each other: the business rows, what callers
 * were told, when bodies ran, their effects, and the store's own tables. Times are
 * microseconds since the epoch; everything is on one machine, so they compare.
 *
 * @param calls job id by call, of committed business rows
 * @param told what the caller of each call was told last: {@code begin},
 * {@code committed}, {@code rolledback} or {@code unknown}
 * @param runs intervals in which bodies ran, by their start
 * @param applied outcomes that nodes reported as accepted or stale
 * @param jobs where the store has each job; a job that is in two places has two entries
 * @param attempts the store's record of attempts that did not succeed
 * @param effects rows that bodies left
 */
public record Ledger(Map<String, String> calls, Map<String, String> told, List<Run> runs, List<Applied> applied,
		List<Job> jobs, List<Attempt> attempts, List<String> effects) {

	/**
	 * A body that ran.
	 *
	 * @param endMicros {@link Long#MAX_VALUE} if its end was never noted
	 */
	public record Run(String call, String job, String node, int attempt, long startMicros, long endMicros,
			String ended) {

	}

	/**
	 * An outcome.
	 */
	public record Applied(String job, String node, int attempt, String outcome, String state, long micros) {

		boolean isStale() {
			return this.state.equals("stale");
		}

	}

	/**
	 * A time of which the store may have forgotten what it had taken.
	 *
	 * @param from its beginning, in microseconds since the epoch
	 * @param to its end, when the store went away
	 */
	public record Gap(long from, long to) {

		private boolean holds(Applied outcome, List<Run> runs) {
			return outcome.micros() >= this.from && outcome.micros() <= this.to
					&& runs.stream().anyMatch((run) -> run.job().equals(outcome.job()) && run.startMicros() > this.to);
		}

	}

	/**
	 * A job in the store.
	 *
	 * @param enqueuedMicros when the store took it, if it has ended
	 * @param endedMicros when it ended, if it has
	 */
	public record Job(String id, String state, int attempts, @Nullable Long enqueuedMicros,
			@Nullable Long endedMicros) {

		public Job(String id, String state, int attempts, @Nullable Long endedMicros) {
			this(id, state, attempts, null, endedMicros);
		}

		boolean isTerminal() {
			return Set.of("SUCCEEDED", "CANCELLED", "DEAD").contains(this.state);
		}

	}

	/**
	 * An attempt that did not succeed.
	 */
	public record Attempt(String job, int attempt, String outcome) {

	}

	/**
	 * A claim of a job whose attempt a node began.
	 *
	 * @param waitedMicros from when the job was due to the claim, by the store's clock
	 */
	public record Claim(String job, int attempt, long waitedMicros) {

	}

	/**
	 * When a call was made.
	 *
	 * @param begunMicros before its transaction
	 * @param toldMicros when its caller knew what had become of it,
	 * {@link Long#MAX_VALUE} if it never did
	 */
	public record CallTime(long begunMicros, long toldMicros) {

	}

	/** Read the ledger of a scene whose store is in a database. */
	static Ledger read(Path directory, JdbcTemplate jdbc) {
		return new Ledger(calls(jdbc), told(directory), runs(directory), applied(directory), jobs(jdbc), attempts(jdbc),
				effects(jdbc));
	}

	/**
	 * Read the ledger of a scene whose store is in Redis, with an outbox or without. Its
	 * attempts are those after which a job may run again: no node was told that it ended
	 * by them.
	 * @param gaps what the store may have forgotten
	 */
	static Ledger read(Path directory, JdbcTemplate jdbc, RedisJobs redis, List<Gap> gaps) {
		Map<String, String> calls = calls(jdbc);
		List<Run> runs = runs(directory);
		List<Applied> applied = remembered(applied(directory), runs, gaps);
		Set<String> ids = new TreeSet<>(calls.values());
		runs.forEach((run) -> ids.add(run.job()));
		List<Attempt> attempts = runs.stream()
			.filter((run) -> !isEnded(run, runs, applied))
			.map((run) -> new Attempt(run.job(), run.attempt(), "INTERRUPTED"))
			.toList();
		return new Ledger(calls, told(directory), runs, applied, redis.jobs(ids, kept(jdbc)), attempts, effects(jdbc));
	}

	/**
	 * Without the outcomes that the store took and forgot: those in a gap, of jobs that
	 * it had run again after it.
	 */
	public static List<Applied> remembered(List<Applied> applied, List<Run> runs, List<Gap> gaps) {
		return applied.stream()
			.filter((outcome) -> outcome.isStale() || gaps.stream().noneMatch((gap) -> gap.holds(outcome, runs)))
			.toList();
	}

	// By time, as a job that was forgotten begins at its first attempt again.
	private static boolean isEnded(Run run, List<Run> runs, List<Applied> applied) {
		long next = runs.stream()
			.filter((other) -> other.job().equals(run.job()) && other.startMicros() > run.startMicros())
			.mapToLong(Run::startMicros)
			.min()
			.orElse(Long.MAX_VALUE);
		return applied.stream()
			.anyMatch((outcome) -> outcome.job().equals(run.job()) && outcome.attempt() == run.attempt()
					&& outcome.micros() >= run.startMicros() && outcome.micros() < next && !outcome.isStale()
					&& JobState.valueOf(outcome.state()).isEnded());
	}

	private static Set<String> kept(JdbcTemplate jdbc) {
		Integer tables = jdbc.queryForObject(
				"SELECT count(*) FROM information_schema.tables WHERE lower(table_name) = 'aftercommit_outbox'",
				Integer.class);
		// Without an outbox, the store has nothing in the database.
		return (tables == null || tables == 0) ? Set.of() : new TreeSet<>(
				jdbc.queryForList("SELECT CAST(id AS varchar(36)) FROM aftercommit_outbox", String.class));
	}

	/** Read the ledger of a scene without a store. */
	static Ledger readWithoutStore(Path directory, JdbcTemplate jdbc) {
		return new Ledger(calls(jdbc), told(directory), runs(directory), applied(directory), List.of(), List.of(),
				effects(jdbc));
	}

	private static Map<String, String> calls(JdbcTemplate jdbc) {
		Map<String, String> calls = new HashMap<>();
		jdbc.query("SELECT id, job_id FROM fault_call", (row) -> {
			calls.put(row.getString(1), String.valueOf(row.getString(2)));
		});
		return calls;
	}

	private static List<String> effects(JdbcTemplate jdbc) {
		return jdbc.queryForList("SELECT id FROM fault_effect", String.class);
	}

	private static List<Job> jobs(JdbcTemplate jdbc) {
		return jdbc.query("""
				SELECT id, 'ENQUEUED', attempt, CAST(NULL AS timestamp with time zone),
					CAST(NULL AS timestamp with time zone) FROM aftercommit_ready
				UNION ALL SELECT id, 'WAITING', attempt, NULL, NULL FROM aftercommit_scheduled
				UNION ALL SELECT id, 'WAITING', attempt, NULL, NULL FROM aftercommit_blocked
				UNION ALL SELECT id, 'RUNNING', attempt, NULL, NULL FROM aftercommit_running
				UNION ALL SELECT id, state, attempts, enqueued_at, ended_at FROM aftercommit_history
				UNION ALL SELECT id, 'DEAD', attempts, enqueued_at, ended_at FROM aftercommit_dead
				UNION ALL SELECT id, 'NOWHERE', 0, NULL, NULL FROM aftercommit_job j
				WHERE NOT EXISTS (SELECT 1 FROM aftercommit_ready r WHERE r.id = j.id)
				AND NOT EXISTS (SELECT 1 FROM aftercommit_scheduled s WHERE s.id = j.id)
				AND NOT EXISTS (SELECT 1 FROM aftercommit_blocked b WHERE b.id = j.id)
				AND NOT EXISTS (SELECT 1 FROM aftercommit_running l WHERE l.id = j.id)""",
				(row, number) -> new Job(row.getString(1), row.getString(2), row.getInt(3), micros(row.getTimestamp(4)),
						micros(row.getTimestamp(5))));
	}

	private static @Nullable Long micros(@Nullable Timestamp time) {
		return (time != null) ? micros(time.toInstant()) : null;
	}

	private static List<Attempt> attempts(JdbcTemplate jdbc) {
		return jdbc.query("SELECT job_id, attempt, outcome FROM aftercommit_attempt",
				(row, number) -> new Attempt(row.getString(1), row.getInt(2), row.getString(3)));
	}

	/** Runs so far. */
	static List<Run> runs(Path directory) {
		List<Run> runs = new ArrayList<>();
		for (Path file : files(directory, "runs-")) {
			Map<String, String[]> open = new HashMap<>();
			for (String[] line : lines(file)) {
				String key = line[1].equals("applied") ? "" : String.join("|", line[2], line[3], line[5]);
				if (line[1].equals("start")) {
					open.put(key, line);
				}
				else if (line[1].equals("end")) {
					runs.add(run(open.remove(key), Long.parseLong(line[0]), line[6]));
				}
			}
			open.values().forEach((line) -> runs.add(run(line, Long.MAX_VALUE, "never")));
		}
		runs.sort((a, b) -> Long.compare(a.startMicros(), b.startMicros()));
		return runs;
	}

	private static Run run(String @Nullable [] start, long end, String ended) {
		if (start == null) {
			throw new IllegalStateException("A body ended that had not started");
		}
		return new Run(start[2], start[3], start[4], Integer.parseInt(start[5]), Long.parseLong(start[0]), end, ended);
	}

	private static List<Applied> applied(Path directory) {
		return files(directory, "runs-").stream()
			.flatMap((file) -> lines(file).stream())
			.filter((line) -> line[1].equals("applied"))
			.map((line) -> new Applied(line[3], line[4], Integer.parseInt(line[5]), line[2], line[6],
					Long.parseLong(line[0])))
			.toList();
	}

	private static Map<String, String> told(Path directory) {
		Map<String, String> told = new HashMap<>();
		for (Path file : files(directory, "calls-")) {
			lines(file).forEach((line) -> told.put(line[2], line[1]));
		}
		return told;
	}

	/** When calls were made. */
	static Map<String, CallTime> callTimes(Path directory) {
		Map<String, CallTime> times = new HashMap<>();
		for (Path file : files(directory, "calls-")) {
			for (String[] line : lines(file)) {
				long micros = Long.parseLong(line[0]);
				times.merge(line[2], new CallTime(micros, Long.MAX_VALUE),
						(begun, told) -> new CallTime(begun.begunMicros(), told.begunMicros()));
			}
		}
		return times;
	}

	/** Claims of all attempts that were begun. */
	static List<Claim> claims(Path directory) {
		return files(directory, "claims-").stream()
			.flatMap((file) -> lines(file).stream())
			.map((line) -> new Claim(line[1], Integer.parseInt(line[2]), Long.parseLong(line[3])))
			.toList();
	}

	private static Set<Path> files(Path directory, String prefix) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter((file) -> file.getFileName().toString().startsWith(prefix))
				.collect(TreeSet::new, Set::add, Set::addAll);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	// The last line may be half: its writer was killed, or is writing.
	private static List<String[]> lines(Path file) {
		try {
			String text = Files.readString(file);
			int end = text.lastIndexOf('\n');
			return (end < 0) ? List.of() : text.substring(0, end).lines().map((line) -> line.split("\t")).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static long micros(Instant time) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, time);
	}

}
