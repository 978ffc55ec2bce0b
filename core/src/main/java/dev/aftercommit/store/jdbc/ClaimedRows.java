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

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Headers;
import dev.aftercommit.store.Lease;

/**
 * What a claim's statement answers, read row by row. What each row says of the claim as a
 * whole is read once.
 */
final class ClaimedRows {

	/** What is said of the store as a whole, {@code c.now} being the time. */
	// An EXISTS would forget the order, and read all pages of what is gone.
	static final String WHOLE = """
			date_part('epoch', (SELECT s.run_at FROM {scheduled} s ORDER BY s.run_at LIMIT 1) - c.now) AS next_due,
				NULLIF(ARRAY(SELECT p.queue FROM {paused_queue} p), '{}') AS paused,
				(SELECT u.seq FROM {unsettled} u ORDER BY u.seq LIMIT 1) IS NOT NULL AS unsettled""";

	private static final Comparator<Row> ORDER = Comparator.<Row>comparingInt((row) -> row.job().priority())
		.thenComparingLong(Row::seq);

	private final Lease lease;

	private final List<Row> rows = new ArrayList<>();

	private long now;

	private Claim whole = new Claim(List.of(), Optional.empty());

	ClaimedRows(Lease lease) {
		this.lease = lease;
	}

	ClaimedRows read(ResultSet row) throws SQLException {
		if (row.getRow() == 1) {
			this.now = micros(row.getDouble(14));
			this.whole = whole(row, 10);
		}
		UUID id = row.getObject(1, UUID.class);
		if (id != null) {
			this.rows.add(new Row(new ClaimedJob(id, row.getString(2), row.getString(3), row.getInt(4), row.getInt(5),
					row.getString(6), Headers.read(row.getString(7)), this.lease, seconds(row.getDouble(9)),
					row.getInt(8)), row.getLong(13)));
		}
		return this;
	}

	/**
	 * A claim of nothing.
	 * @param first number of the first one of the columns of {@link #WHOLE}
	 */
	static Claim whole(ResultSet row, int first) throws SQLException {
		double nextDue = row.getDouble(first);
		return new Claim(List.of(), row.wasNull() ? Optional.empty() : Optional.of(seconds(nextDue)),
				row.getBoolean(first + 2), texts(row.getArray(first + 1)));
	}

	private static Duration seconds(double seconds) {
		return Micros.duration(micros(seconds));
	}

	private static long micros(double seconds) {
		return Math.round(seconds * 1_000_000);
	}

	private static Set<String> texts(@Nullable Array array) throws SQLException {
		return (array != null) ? Set.of((String[]) array.getArray()) : Set.of();
	}

	/** Microseconds on the store's clock. */
	long now() {
		return this.now;
	}

	int size() {
		return this.rows.size();
	}

	/** The last place of the one lane that all of it is from, if it is one lane. */
	LaneCursor.@Nullable Place last() {
		Row last = null;
		for (Row row : this.rows) {
			if (last == null || ORDER.compare(row, last) > 0) {
				last = row;
			}
			if (!row.isBeside(last)) {
				return null;
			}
		}
		return (last != null)
				? new LaneCursor.Place(last.job().queue(), last.job().name(), last.job().priority(), last.seq()) : null;
	}

	/** Within a queue in its order; of several queues the first ones first. */
	Claim claim() {
		this.rows.sort(ORDER);
		Map<String, List<ClaimedJob>> queues = new TreeMap<>();
		this.rows
			.forEach((row) -> queues.computeIfAbsent(row.job().queue(), (key) -> new ArrayList<>()).add(row.job()));
		List<ClaimedJob> jobs = (queues.size() == 1) ? queues.values().iterator().next() : inTurn(queues.values());
		return new Claim(jobs, this.whole.nextDue(), this.whole.unsettled(), this.whole.pausedQueues());
	}

	private List<ClaimedJob> inTurn(Collection<List<ClaimedJob>> queues) {
		List<ClaimedJob> jobs = new ArrayList<>(this.rows.size());
		for (int place = 0; jobs.size() < this.rows.size(); place++) {
			for (List<ClaimedJob> queue : queues) {
				if (place < queue.size()) {
					jobs.add(queue.get(place));
				}
			}
		}
		return jobs;
	}

	private record Row(ClaimedJob job, long seq) {

		boolean isBeside(Row other) {
			return this.job.name().equals(other.job.name()) && this.job.queue().equals(other.job.queue());
		}

	}

}
