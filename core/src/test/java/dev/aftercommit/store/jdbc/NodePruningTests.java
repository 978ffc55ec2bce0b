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
import java.util.concurrent.atomic.AtomicReference;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.store.Retention;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long what a node has left of itself is kept: jobs on their last chance ask for it.
 */
class NodePruningTests extends AbstractJdbcStoreTests {

	private static final Retention ANY = new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO);

	@OnEachDatabase
	void theRowOfANodeThatHasEndedIsKeptForADayAndThatOfALiveOneForGood(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			AtomicReference<Duration> clock = new AtomicReference<>(Duration.ZERO);
			JdbcJobStore store = new JdbcJobStore(pool, pool, JdbcStoreSettings.DEFAULTS, clock::get);
			long ended = node(store);
			long alive = node(store);
			store.nodes().end(ended);
			store.leases().prune(ANY, 10);
			clock.set(Duration.ofHours(23));
			store.leases().prune(ANY, 10);
			assertThat(nodes(pool)).containsExactlyInAnyOrder(ended, alive);
			clock.set(Duration.ofHours(25));
			store.leases().prune(ANY, 10);
			assertThat(nodes(pool)).containsExactly(alive);
		}
	}

	private static List<Long> nodes(HikariDataSource pool) {
		return new JdbcTemplate(pool).queryForList("SELECT id FROM aftercommit_node", Long.class);
	}

}
