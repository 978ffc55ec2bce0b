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

/**
 * B9: what the planner believes of tables that were empty when it last looked. The same
 * backlog twice: after an ANALYZE, as everywhere else; and loaded after an ANALYZE of
 * empty tables, which autovacuum is kept from mending.
 */
final class EmptyStatistics implements Measurement {

	private final Database database;

	private final Drain drain;

	private final Sizes sizes;

	EmptyStatistics(Database database, Drain drain, Sizes sizes) {
		this.database = database;
		this.drain = drain;
		this.sizes = sizes;
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		List<String> tables = this.database.admin()
			.queryForList("SELECT relname FROM pg_stat_user_tables", String.class);
		tables.forEach(
				(table) -> this.database.admin().execute("ALTER TABLE " + table + " SET (autovacuum_enabled = false)"));
		int first = this.drain.warmUp(contender);
		Map<String, Double> known = this.drain.drain(contender, first, this.sizes.jobs());
		first += this.sizes.jobs();
		this.database.admin().execute("VACUUM ANALYZE");
		Drain.preload(contender, first, this.sizes.jobs());
		Map<String, Double> unknown = this.drain.drainLoaded(contender, first, this.sizes.jobs(), contender::hasJobs);

		Map<String, Double> figures = new LinkedHashMap<>();
		figures.put("jobs/s, analyzed as it is", known.get(Drain.RATE));
		figures.put("jobs/s, analyzed when empty", unknown.get(Drain.RATE));
		figures.put("empty, share of as it is", BigTables.rate(unknown) / BigTables.rate(known));
		Meter.addCosts(figures, Meter.ALL, ", as it is", known);
		Meter.addCosts(figures, Meter.ALL, ", empty", unknown);
		figures.put("jobs", (double) this.sizes.jobs());
		figures.put("lost", unknown.get("lost"));
		figures.put("duplicates", unknown.get("duplicates"));
		return figures;
	}

}
