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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.JobTime;
import dev.aftercommit.store.KeptJob;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outbox.Which;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class JdbcOutboxTests extends AbstractJdbcStoreTests {

	private static final Duration TAKE_OVER = Duration.ofSeconds(20);

	private final AtomicReference<Duration> clock = new AtomicReference<>(Duration.ZERO);

	private JdbcOutbox outbox(HikariDataSource pool) {
		this.clock.set(Duration.ZERO);
		return new JdbcOutbox(pool, pool, JdbcStoreSettings.DEFAULTS, TAKE_OVER, this.clock::get);
	}

	private void later(Duration duration) {
		this.clock.accumulateAndGet(duration, Duration::plus);
	}

	private static List<UUID> ids(List<KeptJob> kept) {
		return kept.stream().map((each) -> each.job().id()).toList();
	}

	@OnEachDatabase
	void whatIsWrittenCommitsAndRollsBackWithTheCaller(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcOutbox outbox = outbox(pool);
			NewJob kept = job();
			NewJob rolledBack = job();
			TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(pool));
			transaction.executeWithoutResult((status) -> {
				outbox.write(List.of(kept));
				assertThat(outbox.find(List.of(kept.id()))).isEmpty();
				assertThat(outbox.take(Which.LEFT_OR_NEW, 10)).isEmpty();
			});
			transaction.executeWithoutResult((status) -> {
				outbox.write(List.of(rolledBack));
				status.setRollbackOnly();
			});
			assertThat(ids(outbox.find(List.of(kept.id(), rolledBack.id())))).containsExactly(kept.id());
			assertThatIllegalStateException().isThrownBy(() -> outbox.write(List.of(job())));
		}
	}

	@OnEachDatabase
	void whatIsWrittenAloneStaysThoughTheCallerRollsBackAndIsWrittenOnce(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcOutbox outbox = outbox(pool);
			NewJob first = job();
			NewJob second = job();
			new TransactionTemplate(new DataSourceTransactionManager(pool)).executeWithoutResult((status) -> {
				outbox.writeAlone(List.of(first, first));
				outbox.writeAlone(List.of(first, second));
				status.setRollbackOnly();
			});
			assertThat(ids(outbox.find(List.of(second.id(), first.id())))).containsExactly(first.id(), second.id());
			assertThat(outbox.depth().jobs().value()).isEqualTo(2);
		}
	}

	@OnEachDatabase
	void aNewJobIsLeftToItsNodeForATimeAndThenGivenToWhoeverTakesIt(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcOutbox outbox = outbox(pool);
			NewJob job = job();
			outbox.writeAlone(List.of(job));
			assertThat(outbox.take(Which.LEFT, 10)).isEmpty();
			later(TAKE_OVER.plusSeconds(1));
			assertThat(ids(outbox.take(Which.LEFT, 10))).containsExactly(job.id());
			assertThat(outbox.take(Which.LEFT, 10)).isEmpty();
			assertThat(outbox.take(Which.LEFT_OR_NEW, 10)).isEmpty();
			later(TAKE_OVER.plusSeconds(1));
			assertThat(outbox.take(Which.LEFT, 10)).singleElement().extracting(KeptJob::taken).isEqualTo(1);
		}
	}

	@OnEachDatabase
	void jobsAreTakenInTheOrderInWhichTheyWereWrittenAndKeepTheirPlacesWhenReleased(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcOutbox outbox = outbox(pool);
			List<NewJob> jobs = List.of(job(), job(), job(), job(), job());
			outbox.writeAlone(jobs.subList(0, 3));
			outbox.writeAlone(jobs.subList(3, 5));
			List<UUID> ids = jobs.stream().map(NewJob::id).toList();
			assertThat(ids(outbox.take(Which.LEFT_OR_NEW, 2))).containsExactlyElementsOf(ids.subList(0, 2));
			outbox.release(ids.subList(0, 2));
			assertThat(ids(outbox.take(Which.LEFT_OR_NEW, 10))).containsExactlyElementsOf(ids);
			outbox.release(ids);
			outbox.delay(ids.get(0), Duration.ofMinutes(2));
			assertThat(ids(outbox.take(Which.LEFT, 10))).containsExactlyElementsOf(ids.subList(1, 5));
			outbox.remove(ids.subList(1, 5));
			later(Duration.ofMinutes(3));
			assertThat(ids(outbox.take(Which.LEFT, 10))).containsExactly(ids.get(0));
		}
	}

	@OnEachDatabase
	void aJobComesBackAsItWasWrittenWithWhatIsLeftOfItsDelay(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcOutbox outbox = outbox(pool);
			Instant time = Instant.parse("2031-01-01T10:11:12.123456Z");
			NewJob delayed = new NewJob(UUID.randomUUID(), "job", "ä", -5, JobTime.in(Duration.ofHours(1)),
					"[\"ü\\u0000 \uD83D\uDE00\"]", Map.of("a", "b c", "d", "é"));
			NewJob timed = new NewJob(UUID.randomUUID(), "job", "q", 3, JobTime.at(time), "[]", Map.of());
			outbox.writeAlone(List.of(delayed, timed));
			later(Duration.ofMinutes(20));
			List<KeptJob> kept = outbox.find(List.of(delayed.id(), timed.id()));
			JobTime.In left = (JobTime.In) kept.get(0).job().time();
			assertThat(left.delay()).isBetween(Duration.ofMinutes(30), Duration.ofMinutes(40));
			assertThat(kept.get(0).job()).usingRecursiveComparison().ignoringFields("time").isEqualTo(delayed);
			assertThat(kept.get(1).job()).isEqualTo(timed);
			assertThat(kept.get(1).dueAt()).isEqualTo(time);
			later(Duration.ofHours(1));
			assertThat(outbox.find(List.of(delayed.id())).get(0).job().time()).isNull();
		}
	}

	@OnEachDatabase
	void itsDepthIsHowMuchIsKeptAndForHowLong(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcOutbox outbox = outbox(pool);
			assertThat(outbox.depth().jobs().value()).isZero();
			assertThat(outbox.depth().oldest()).isZero();
			outbox.writeAlone(List.of(job(), job()));
			later(Duration.ofMinutes(10));
			outbox.writeAlone(List.of(job()));
			assertThat(outbox.depth().jobs().value()).isEqualTo(3);
			assertThat(outbox.depth().jobs().exact()).isTrue();
			assertThat(outbox.depth().oldest()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(15));
		}
	}

	@OnEachDatabase
	void anotherNodesRowsAreSkippedAndNeverWaitedFor(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcOutbox one = outbox(pool);
			JdbcOutbox other = new JdbcOutbox(pool, pool, JdbcStoreSettings.DEFAULTS, TAKE_OVER, this.clock::get);
			List<NewJob> jobs = List.of(job(), job(), job(), job());
			one.writeAlone(jobs);
			List<UUID> taken = new ArrayList<>(ids(one.take(Which.LEFT_OR_NEW, 2)));
			taken.addAll(ids(other.take(Which.LEFT_OR_NEW, 2)));
			assertThat(taken).containsExactlyElementsOf(jobs.stream().map(NewJob::id).toList());
		}
	}

	@OnEachDatabase
	void aTextThatTheDatabaseCannotKeepIsRefusedBeforeAnythingIsWritten(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcOutbox outbox = outbox(pool);
			NewJob odd = new NewJob(UUID.randomUUID(), "job", "q", 0, null, "[\"\0\"]", Map.of());
			assertThatIllegalArgumentException().isThrownBy(() -> outbox.writeAlone(List.of(job(), odd)))
				.withMessageContaining("NUL");
			assertThat(outbox.depth().jobs().value()).isZero();
		}
	}

	@OnEachDatabase
	void aTextThatTheDatabaseCannotKeepIsRefusedInTheCallersTransactionToo(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcOutbox outbox = outbox(pool);
			NewJob odd = new NewJob(UUID.randomUUID(), "job", "q", 0, null, "[\"\0\"]", Map.of());
			NewJob kept = job();
			new TransactionTemplate(new DataSourceTransactionManager(pool)).executeWithoutResult((status) -> {
				assertThatIllegalArgumentException().isThrownBy(() -> outbox.write(List.of(odd)))
					.withMessageContaining("NUL");
				outbox.write(List.of(kept));
			});
			assertThat(ids(outbox.find(List.of(odd.id(), kept.id())))).containsExactly(kept.id());
		}
	}

	@OnEachDatabase
	void itJoinsTransactionsThatWriteToItsDatabaseAndNoOthers(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcOutbox outbox = outbox(pool);
			assertThat(outbox.joinsTransaction()).isFalse();
			assertThat(outbox.boundResource()).isEmpty();
			TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(pool));
			transaction.executeWithoutResult((status) -> {
				assertThat(outbox.joinsTransaction()).isTrue();
				assertThat(outbox.boundResource()).isPresent();
			});
			transaction.setReadOnly(true);
			transaction.executeWithoutResult((status) -> {
				assertThat(outbox.joinsTransaction()).isFalse();
				assertThat(outbox.boundResource()).isPresent();
			});
		}
	}

	@OnEachDatabase
	void itSaysWhereItIsAndForHowLongItLeavesJobsToTheirNode(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			JdbcOutbox outbox = new JdbcOutbox(pool, pool, JdbcStoreSettings.DEFAULTS, TAKE_OVER);
			assertThat(outbox.description()).startsWith(database.isPostgres() ? "PostgreSQL " : "H2 ");
			assertThat(outbox.takeOver()).isEqualTo(TAKE_OVER);
		}
	}

	@OnEachDatabase
	void withoutItsTablesAndTheRightToCreateThemThereIsNoOutbox(TestDatabase database) {
		try (HikariDataSource pool = database.pool(1)) {
			JdbcStoreSettings settings = new JdbcStoreSettings("absent_", null, false, true);
			assertThatExceptionOfType(JobConfigurationException.class)
				.isThrownBy(() -> new JdbcOutbox(pool, pool, settings, TAKE_OVER))
				.withMessageContaining("absent_job");
		}
	}

}
