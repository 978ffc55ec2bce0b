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

import org.jspecify.annotations.Nullable;

/**
 * How the JDBC store uses its database.
 *
 * @param tablePrefix what the names of its tables begin with, 1 to 31 letters, digits and
 * underscores
 * @param schema schema of its tables, {@code null} for the connections' own
 * @param initializeSchema whether to create and migrate the tables at the start
 * @param notifications whether to use PostgreSQL's {@code LISTEN} and {@code NOTIFY}, so
 * that other nodes needn't wait for their next poll
 */
public record JdbcStoreSettings(String tablePrefix, @Nullable String schema, boolean initializeSchema,
		boolean notifications) {

	/** What holds if nothing is said. */
	public static final JdbcStoreSettings DEFAULTS = new JdbcStoreSettings("aftercommit_", null, true, true);

}
