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
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.AbstractRecurrencesContractTests;
import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.StoreHarness;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Recurring jobs in a database.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractJdbcRecurrencesContractTests extends AbstractRecurrencesContractTests {

	private final JdbcStoreHarness jdbc;

	AbstractJdbcRecurrencesContractTests(TestDatabase database) {
		this.jdbc = new JdbcStoreHarness(database);
	}

	JdbcStoreHarness jdbc() {
		return this.jdbc;
	}

	@AfterAll
	void close() {
		this.jdbc.closeDatabase();
	}

	@Override
	protected StoreHarness newHarness() {
		return this.jdbc.emptied();
	}

	@Test
	void aStepWhoseJobsCantBeWrittenIsNotTaken() {
		Recurrences recurrences = this.jdbc.store().recurrences();
		Recurrence row = recurrences.agree(Map.of("a", "every second"), Duration.ZERO).get("a");
		this.jdbc.advance(Duration.ofMinutes(1));
		NewJob good = new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", Map.of());
		NewJob bad = new NewJob(UUID.randomUUID(), "job", "default", 1_000_000, null, "[]", Map.of());
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> recurrences
			.fire(new FireRequest("a", "every second", row.last(), row.last().plusSeconds(1), List.of(good, bad))));
		assertThat(recurrences.agree(Map.of("a", "every second"), Duration.ZERO).get("a").last()).isEqualTo(row.last());
		assertThat(this.jdbc.store().directory().find(List.of(good.id()))).isEmpty();
	}

}
