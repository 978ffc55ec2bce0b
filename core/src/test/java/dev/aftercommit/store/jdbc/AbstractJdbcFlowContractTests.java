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

import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.store.AbstractFlowContractTests;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.StoreHarness;
import dev.aftercommit.testing.TestDatabase;

/**
 * Counts in a database.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractJdbcFlowContractTests extends AbstractFlowContractTests {

	private final JdbcStoreHarness jdbc;

	AbstractJdbcFlowContractTests(TestDatabase database) {
		this.jdbc = new JdbcStoreHarness(database);
	}

	@AfterAll
	void close() {
		this.jdbc.closeDatabase();
	}

	@Override
	protected StoreHarness newHarness() {
		return this.jdbc.emptied();
	}

	@Override
	protected StoreHarness another() {
		JobStore other = this.jdbc.otherNode();
		return new StoreHarness() {

			@Override
			public JobStore store() {
				return other;
			}

			@Override
			public void advance(Duration duration) {
				throw new UnsupportedOperationException();
			}

		};
	}

	@Override
	protected int kept() {
		return new JdbcTemplate(this.jdbc.dataSource())
			.queryForObject("SELECT COUNT(DISTINCT epoch_minute) FROM aftercommit_flow", Integer.class);
	}

}
