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

import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What must hold of the tables of keys once everything is settled.
 */
final class KeyTables {

	private static final Map<String, String> FLAWS = Map.of("marks", "SELECT count(*) FROM aftercommit_unsettled",
			"places of jobs that have none",
			"""
					SELECT count(*) FROM aftercommit_held h WHERE NOT EXISTS (SELECT 1 FROM aftercommit_job j WHERE j.id = h.id)
					OR EXISTS (SELECT 1 FROM aftercommit_blocked b WHERE b.id = h.id)""",
			"unique keys of jobs that have ended", """
					SELECT count(*) FROM aftercommit_unique_key u
					WHERE NOT EXISTS (SELECT 1 FROM aftercommit_job j WHERE j.id = u.id)""",
			"jobs in line that have ended", """
					SELECT count(*) FROM aftercommit_blocked b
					WHERE NOT EXISTS (SELECT 1 FROM aftercommit_job j WHERE j.id = b.id)""",
			"first ones in line for whom there is a place",
			"""
					SELECT count(*) FROM aftercommit_blocked b WHERE b.concurrency_key IS NOT NULL
					AND NOT EXISTS (SELECT 1 FROM aftercommit_blocked f WHERE f.concurrency_key = b.concurrency_key AND f.seq < b.seq)
					AND (SELECT count(*) FROM aftercommit_held h WHERE h.concurrency_key = b.concurrency_key) < b.places""",
			"jobs that wait for nobody's unique key", """
					SELECT count(*) FROM aftercommit_blocked b WHERE b.concurrency_key IS NULL
					AND NOT EXISTS (SELECT 1 FROM aftercommit_unique_key u WHERE u.successor = b.id)""",
			"jobs that are nowhere, or in two places",
			"""
					SELECT count(*) FROM aftercommit_job j WHERE 1 <> (SELECT count(*) FROM aftercommit_ready x WHERE x.id = j.id)
					+ (SELECT count(*) FROM aftercommit_scheduled x WHERE x.id = j.id)
					+ (SELECT count(*) FROM aftercommit_blocked x WHERE x.id = j.id)
					+ (SELECT count(*) FROM aftercommit_running x WHERE x.id = j.id)""");

	private KeyTables() {
	}

	static void assertSettled(DataSource dataSource) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		FLAWS.forEach((flaw, sql) -> assertThat(jdbc.queryForObject(sql, Long.class)).as(flaw).isZero());
	}

	static void assertEmpty(DataSource dataSource) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		for (String table : List.of("job", "ready", "scheduled", "running", "blocked", "held", "unique_key",
				"unsettled")) {
			assertThat(jdbc.queryForObject("SELECT count(*) FROM aftercommit_" + table, Long.class)).as(table).isZero();
		}
	}

}
