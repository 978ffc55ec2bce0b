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

package dev.aftercommit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import dev.aftercommit.BackgroundJob;
import dev.aftercommit.BackgroundJobs;
import dev.aftercommit.JobArgumentException;
import dev.aftercommit.JobArguments;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.JobTime;
import dev.aftercommit.Sensitive;
import dev.aftercommit.store.JobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of arguments and results besides being stored: nothing of them is logged,
 * and what is too large is refused.
 */
class StoredValuesTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final String MARKER = "hunter2";

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

	private Appender<ILoggingEvent> console;

	private ConfigurableApplicationContext context;

	private Vault vault;

	private JdbcTemplate jdbc;

	@BeforeEach
	void start() {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
					"aftercommit.payload.max-size=4KB", "aftercommit.retry.max-attempts=2",
					"aftercommit.retry.initial-interval=10ms", "aftercommit.worker.poll-interval=50ms")
			.run();
		this.vault = this.context.getBean(Vault.class);
		this.jdbc = this.context.getBean(JdbcTemplate.class);
		this.logged.start();
		this.console = this.root.getAppender("CONSOLE");
		this.root.detachAppender(this.console);
		this.root.addAppender(this.logged);
		this.root.setLevel(Level.INFO);
	}

	@AfterEach
	void stop() {
		this.context.close();
		this.root.setLevel(Level.WARN);
		this.root.detachAppender(this.logged);
		this.root.addAppender(this.console);
	}

	@Test
	void argumentsAndResultsAreNeverLogged() {
		assertThat(this.vault.keep(new Secret(MARKER)).join(LONG)).isEqualTo(new Secret(MARKER));
		this.vault.lose(new Secret(MARKER));
		this.vault.grow(new Secret(MARKER));
		UUID unreadable = insert("[\"" + MARKER + "\"]");
		insert("[{\"text\":{\"" + MARKER + "\":1}}]");
		insert("[{\"text\":\"" + MARKER + "\"");
		assertThatExceptionOfType(JobArgumentException.class)
			.isThrownBy(() -> this.vault.keep(new Secret(MARKER.repeat(1000))))
			.satisfies((ex) -> assertThat(ex).hasMessageNotContaining(MARKER));
		awaitCount(JobState.SUCCEEDED, 2);
		awaitCount(JobState.DEAD, 4);
		callWhileTheStoreFails();
		awaitCount(JobState.SUCCEEDED, 3);
		this.context.close();
		assertThat(texts()).anyMatch((text) -> text.contains("FAILED, giving up"))
			.anyMatch((text) -> text.contains("can't be stored: the job has succeeded, without a result"))
			.anyMatch((text) -> text.contains("UnreadableException") && text.contains(unreadable.toString()))
			.anyMatch((text) -> text.contains("after their commit"))
			.noneMatch((text) -> text.contains(MARKER));
	}

	private void callWhileTheStoreFails() {
		this.jdbc.execute("ALTER TABLE aftercommit_job RENAME TO hidden");
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> this.vault.keep(new Secret(MARKER)))
			.satisfies((ex) -> assertThat(ex).hasMessageNotContaining(MARKER));
		new TransactionTemplate(this.context.getBean(PlatformTransactionManager.class)).executeWithoutResult(
				(status) -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						StoredValuesTests.this.vault.keep(new Secret(MARKER));
					}

				}));
		await().atMost(LONG).until(() -> texts().stream().anyMatch((text) -> text.contains("after their commit")));
		this.jdbc.execute("ALTER TABLE hidden RENAME TO aftercommit_job");
	}

	@Test
	void argumentsAreShownToOperatorsButForSensitiveOnes() {
		JobOperations operations = this.context.getBean(JobOperations.class);
		UUID open = this.context.getBean(BackgroundJobs.class)
			.schedule(JobTime.in(Duration.ofHours(1)), () -> this.vault.open("bob", MARKER, new Secret(MARKER)))
			.id();
		assertThat(operations.arguments(open))
			.isEqualTo(new JobArguments(JobArguments.Kind.KNOWN, "[\"bob\",\"******\",{\"text\":\"" + MARKER + "\"}]"));
		this.jdbc.update("UPDATE aftercommit_job SET arguments = ? WHERE id = ?", "[\"" + MARKER + "\"]", open);
		assertThat(operations.arguments(open)).isEqualTo(new JobArguments(JobArguments.Kind.HIDDEN, null));
		this.jdbc.update("UPDATE aftercommit_job SET name = 'of another version' WHERE id = ?", open);
		assertThat(operations.arguments(open)).isEqualTo(new JobArguments(JobArguments.Kind.HIDDEN, null));
	}

	@Test
	void whatIsTooLargeIsRefusedBeforeAnythingIsWritten() {
		assertThatExceptionOfType(JobArgumentException.class)
			.isThrownBy(() -> this.vault.keep(new Secret("x".repeat(4 * 1024))))
			.withMessageContaining("4096 bytes")
			.withMessageContaining("aftercommit.payload.max-size");
		Nested nested = new Nested(null);
		for (int depth = 0; depth < 300; depth++) {
			nested = new Nested(nested);
		}
		Nested deep = nested;
		assertThatExceptionOfType(JobArgumentException.class).isThrownBy(() -> this.vault.nest(deep))
			.withMessageContaining("Argument 1");
		assertThat(this.jdbc.queryForObject("SELECT COUNT(*) FROM aftercommit_job", Long.class)).isZero();
		assertThat(this.jdbc.queryForObject("SELECT COUNT(*) FROM aftercommit_history", Long.class)).isZero();
	}

	private List<String> texts() {
		return List.copyOf(this.logged.list).stream().map(StoredValuesTests::text).toList();
	}

	private static String text(ILoggingEvent event) {
		IThrowableProxy thrown = event.getThrowableProxy();
		return event.getFormattedMessage() + " " + event.getMDCPropertyMap() + " "
				+ ((thrown != null) ? ThrowableProxyUtil.asString(thrown) : "");
	}

	private void awaitCount(JobState state, long count) {
		JobStore store = this.context.getBean(JobStore.class);
		await().atMost(LONG).until(() -> store.directory().count().get(state).value() == count);
	}

	private UUID insert(String arguments) {
		UUID id = UUID.randomUUID();
		this.jdbc.update("""
				INSERT INTO aftercommit_job (seq, enqueued_at, id, priority, queue, name, headers, arguments)
				VALUES (NEXT VALUE FOR aftercommit_seq, CURRENT_TIMESTAMP, ?, 0, 'default', 'keep', '', ?)""", id,
				arguments);
		this.jdbc.update("""
				INSERT INTO aftercommit_ready (seq, due_at, id, attempt, priority, queue, name)
				SELECT seq, enqueued_at, id, 0, priority, queue, name FROM aftercommit_job WHERE id = ?""", id);
		return id;
	}

	record Secret(String text) {

	}

	record Nested(Nested inner) {

	}

	static class Vault {

		@BackgroundJob(name = "keep")
		public JobHandle<Secret> keep(Secret secret) {
			return JobHandle.completed(secret);
		}

		@BackgroundJob(name = "open")
		public JobHandle<Secret> open(String user, @Sensitive String password, Secret secret) {
			return JobHandle.completed(secret);
		}

		@BackgroundJob(name = "lose")
		public void lose(Secret secret) {
			throw new IllegalStateException("lost");
		}

		@BackgroundJob(name = "grow")
		public JobHandle<Secret> grow(Secret secret) {
			return JobHandle.completed(new Secret(secret.text().repeat(1000)));
		}

		@BackgroundJob(name = "nest")
		public void nest(Nested nested) {
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Vault vault() {
			return new Vault();
		}

	}

}
