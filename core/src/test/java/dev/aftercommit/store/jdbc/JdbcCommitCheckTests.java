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

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JdbcCommitCheckTests extends AbstractJdbcStoreTests {

	private final JdbcCommitCheck check = new JdbcCommitCheck();

	@OnEachDatabase
	void aHealthyTransactionAndNoneCanCommit(TestDatabase database) {
		assertThatCode(this.check::check).doesNotThrowAnyException();
		try (HikariDataSource pool = database.pool(1)) {
			new TransactionTemplate(new DataSourceTransactionManager(pool))
				.executeWithoutResult((status) -> assertThatCode(this.check::check).doesNotThrowAnyException());
			assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		}
	}

	@OnEachDatabase
	void aTransactionWhoseStatementHasFailedCanOnlyCommitOnH2(TestDatabase database) {
		try (HikariDataSource pool = database.pool(1)) {
			new TransactionTemplate(new DataSourceTransactionManager(pool)).executeWithoutResult((status) -> {
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> new JdbcTemplate(pool).execute("SELECT nonsense"));
				if (database.isPostgres()) {
					assertThatExceptionOfType(JobStoreException.class).isThrownBy(this.check::check)
						.withMessageContaining("can't commit any more");
					status.setRollbackOnly();
				}
				else {
					assertThatCode(this.check::check).doesNotThrowAnyException();
				}
			});
		}
	}

	@OnEachDatabase
	void aConnectionThatIsMerelyCachedDoesNotCount(TestDatabase database) {
		try (HikariDataSource pool = database.pool(1); HikariDataSource other = database.pool(1)) {
			new TransactionTemplate(new DataSourceTransactionManager(pool)).executeWithoutResult((status) -> {
				JdbcTemplate cached = new JdbcTemplate(other);
				DataSourceUtils.getConnection(other);
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> cached.execute("SELECT nonsense"));
				assertThatCode(this.check::check).doesNotThrowAnyException();
			});
		}
	}

}
