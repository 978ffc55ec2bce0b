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

import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.lifecycle.AfterContainer;

import dev.aftercommit.store.AbstractStoreStateTests;
import dev.aftercommit.store.StoreHarness;
import dev.aftercommit.testing.TestDatabases;

/**
 * The state machine in PostgreSQL with each claim leased by a bundle.
 */
@PropertyDefaults(tries = 6)
class BundledStoreStateTests extends AbstractStoreStateTests {

	private static final JdbcStoreHarness HARNESS = new JdbcStoreHarness(TestDatabases.postgres(), 1);

	@AfterContainer
	static void close() {
		HARNESS.closeDatabase();
	}

	@Override
	protected StoreHarness newHarness() {
		return HARNESS.emptied();
	}

}
