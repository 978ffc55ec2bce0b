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

import org.jspecify.annotations.Nullable;

import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.JobTerms;

/**
 * Whose a unique key is.
 *
 * @param key the key
 * @param id the job that has it, if that has not ended since
 * @param successor the job that gets it next, {@code null} for none
 * @param untilStarted whether the job gives it up at its first claim
 */
record UniqueRow(String key, UUID id, @Nullable UUID successor, boolean untilStarted) {

	static final String COLUMNS = "key_text, id, successor, until_started";

	/** The row of a job that has its key. */
	static UniqueRow of(String key, UUID id, JobTerms terms) {
		return new UniqueRow(key, id, null, terms.uniqueUntil() == UniqueUntil.STARTED);
	}

	static UniqueRow read(ResultSet row) throws SQLException {
		return new UniqueRow(row.getString(1), row.getObject(2, UUID.class), row.getObject(3, UUID.class),
				row.getBoolean(4));
	}

	UniqueRow withHolder(UUID holder, boolean holderUntilStarted) {
		return new UniqueRow(this.key, holder, null, holderUntilStarted);
	}

	UniqueRow withSuccessor(UUID next) {
		return new UniqueRow(this.key, this.id, next, this.untilStarted);
	}

}
