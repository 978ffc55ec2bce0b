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

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * One of the first jobs in the line of a concurrency key.
 *
 * @param line the key
 * @param id the job
 * @param places how many may have a place of the key at the same time, as it sees it
 */
record Head(String line, UUID id, int places) {

	static Head read(ResultSet row) throws SQLException {
		return new Head(row.getString(1), row.getObject(2, UUID.class), row.getInt(3));
	}

}
