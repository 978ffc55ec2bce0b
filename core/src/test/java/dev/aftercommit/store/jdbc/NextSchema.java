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

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The tables of a version that is not written yet: what a later migration may do while
 * nodes of this version go on.
 */
final class NextSchema {

	static final int VERSION = JdbcSchema.VERSION + 1;

	private NextSchema() {
	}

	/**
	 * Migrate. Every table has one column more, which has a default, and there is one
	 * table more.
	 * @param lowestCompatible the lowest version of the software that can work with it
	 */
	static void create(DataSource dataSource, int lowestCompatible) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		for (String table : JdbcStoreHarness.TABLES) {
			jdbc.execute(
					"ALTER TABLE aftercommit_" + table + " ADD COLUMN next_column varchar(10) DEFAULT 'next' NOT NULL");
		}
		jdbc.execute(
				"ALTER TABLE aftercommit_schema_version ADD COLUMN next_column varchar(10) DEFAULT 'next' NOT NULL");
		jdbc.execute("CREATE TABLE aftercommit_parked (id uuid PRIMARY KEY, reason varchar(30) NOT NULL)");
		jdbc.update("UPDATE aftercommit_schema_version SET version = ?, lowest_compatible = ?", VERSION,
				lowestCompatible);
	}

}
