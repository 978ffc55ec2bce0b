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

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import dev.aftercommit.store.AbstractAuditTrailContractTests;
import dev.aftercommit.store.StoreHarness;
import dev.aftercommit.testing.TestDatabases;

/**
 * Operators' orders in PostgreSQL.
 */
@TestInstance(Lifecycle.PER_CLASS)
class PostgresAuditTrailContractTests extends AbstractAuditTrailContractTests {

	private final JdbcStoreHarness jdbc = new JdbcStoreHarness(TestDatabases.postgres());

	@AfterAll
	void close() {
		this.jdbc.closeDatabase();
	}

	@Override
	protected StoreHarness newHarness() {
		return this.jdbc.emptied();
	}

}
