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

package dev.aftercommit.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Reads clocks and counters of the JVM, of PostgreSQL and of the machine.
 */
final class Meter {

	private static final String COUNTERS = """
			SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal,
			pg_snapshot_xmax(pg_current_snapshot())::text::numeric AS xid,
			(SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
			WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())) AS statements""";

	private static final String OF_THIS_DATABASE = """
			 FROM pg_stat_statements
			WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())""";

	private static final String CLAIMS = """
			SELECT coalesce(sum(calls), 0) AS calls, coalesce(sum(shared_blks_hit + shared_blks_read), 0) AS blocks"""
			+ OF_THIS_DATABASE
			+ " AND query LIKE '%SKIP LOCKED%' AND query NOT LIKE '%pg_stat_statements%' AND query NOT LIKE '%history%'";

	private static final String WORKING = "SELECT coalesce(sum(calls), 0) AS calls" + OF_THIS_DATABASE
			+ " AND query !~* '^(begin|commit|rollback|set|discard|show) ?' AND query NOT LIKE '%pg_stat_statements%'";

	private static final String TRANSACTIONS = """
			SELECT xact_commit AS commits, tup_updated + tup_deleted AS dead
			FROM pg_stat_database WHERE datname = current_database()""";

	/** What a job costs the database. */
	static final List<String> OF_SERVER = List.of("write transactions per job", "statements per job", "WAL B per job",
			"CPU µs per job, PostgreSQL");

	/** What a job costs. */
	static final List<String> ALL = Stream
		.concat(OF_SERVER.stream(), Stream.of("CPU µs per job, JVM", "allocated B per job, JVM"))
		.toList();

	private final Database database;

	private final long postmaster;

	/**
	 * A meter. Of another database than PostgreSQL nothing is known, and each of its
	 * figures is not a number.
	 */
	Meter(Database database, long postmaster) {
		this.database = database;
		this.postmaster = postmaster;
	}

	/**
	 * What has been counted so far.
	 *
	 * @param nanos the JVM's monotonic clock
	 * @param jvmMicros CPU time of this JVM
	 * @param postgresMicros CPU time of all processes of the server
	 * @param allocatedBytes what this JVM has allocated
	 * @param walBytes position of the write-ahead log
	 * @param writes transactions that wrote, of the whole server
	 * @param statements statements executed in this database
	 */
	record Reading(long nanos, double jvmMicros, double postgresMicros, double allocatedBytes, double walBytes,
			double writes, double statements) {

		/**
		 * What was used per job since an earlier reading.
		 */
		Map<String, Double> perJobSince(Reading before, int jobs) {
			Map<String, Double> figures = new LinkedHashMap<>();
			figures.put("seconds", (nanos() - before.nanos()) / 1e9);
			figures.put("jobs/s", jobs / ((nanos() - before.nanos()) / 1e9));
			figures.put("write transactions per job", (writes() - before.writes()) / jobs);
			figures.put("statements per job", (statements() - before.statements()) / jobs);
			figures.put("WAL B per job", (walBytes() - before.walBytes()) / jobs);
			figures.put("CPU µs per job, JVM", (jvmMicros() - before.jvmMicros()) / jobs);
			figures.put("CPU µs per job, PostgreSQL", (postgresMicros() - before.postgresMicros()) / jobs);
			figures.put("allocated B per job, JVM", (allocatedBytes() - before.allocatedBytes()) / jobs);
			return figures;
		}

	}

	/**
	 * Take over what a job has cost.
	 * @param names which of it
	 * @param suffix what to tell it from other costs by, or empty
	 */
	static void addCosts(Map<String, Double> figures, List<String> names, String suffix, Map<String, Double> costs) {
		names.forEach((name) -> figures.put(name + suffix, costs.get(name)));
	}

	/**
	 * What claims have cost.
	 *
	 * @param calls how many there were, empty ones included
	 * @param blocks blocks that they read, from memory or not
	 */
	record Claims(double calls, double blocks) {

	}

	/**
	 * Counters that a server process hands in from time to time only; see
	 * {@link Database#flushStatistics()}.
	 *
	 * @param commits committed transactions of this database
	 * @param dead rows that were updated or deleted in it
	 */
	record Transactions(double commits, double dead) {

	}

	/**
	 * Read at the beginning of what is measured: the clock last.
	 */
	Reading begin() {
		Map<String, @Nullable Object> counters = counters(COUNTERS);
		double postgres = Cpu.postgresMicros(this.postmaster);
		double allocated = Allocation.ownBytes();
		double jvm = Cpu.ownMicros();
		return reading(System.nanoTime(), jvm, postgres, allocated, counters);
	}

	/**
	 * Read at the end of what is measured: the clock first.
	 */
	Reading end() {
		long nanos = System.nanoTime();
		double jvm = Cpu.ownMicros();
		double postgres = Cpu.postgresMicros(this.postmaster);
		double allocated = Allocation.ownBytes();
		return reading(nanos, jvm, postgres, allocated, counters(COUNTERS));
	}

	/**
	 * Forget the statements of before.
	 */
	void reset() {
		if (this.database.isPostgres()) {
			this.database.admin().execute("SELECT pg_stat_statements_reset()");
		}
	}

	/**
	 * What has been claimed since {@link #reset()}: statements that skip locked rows.
	 */
	Claims claims() {
		Map<String, @Nullable Object> counters = counters(CLAIMS);
		return new Claims(number(counters, "calls"), number(counters, "blocks"));
	}

	/**
	 * Statements executed since {@link #reset()}, but for those that only begin, end or
	 * set up a transaction.
	 */
	double workingStatements() {
		return number(counters(WORKING), "calls");
	}

	Transactions transactions() {
		Map<String, @Nullable Object> counters = counters(TRANSACTIONS);
		return new Transactions(number(counters, "commits"), number(counters, "dead"));
	}

	private static Reading reading(long nanos, double jvm, double postgres, double allocated,
			Map<String, @Nullable Object> counters) {
		return new Reading(nanos, jvm, postgres, allocated, number(counters, "wal"), number(counters, "xid"),
				number(counters, "statements"));
	}

	private Map<String, @Nullable Object> counters(String query) {
		return this.database.isPostgres() ? this.database.admin().queryForMap(query) : Map.of();
	}

	private static double number(Map<String, @Nullable Object> row, String column) {
		return (row.get(column) instanceof Number number) ? number.doubleValue() : Double.NaN;
	}

}
