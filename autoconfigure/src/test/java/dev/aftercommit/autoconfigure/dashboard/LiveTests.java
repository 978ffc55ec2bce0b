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

package dev.aftercommit.autoconfigure.dashboard;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import javax.sql.DataSource;

import dev.aftercommit.JobFlow;
import dev.aftercommit.JobOperations;
import dev.aftercommit.autoconfigure.AftercommitAutoConfiguration;
import dev.aftercommit.autoconfigure.JobStoreAutoConfiguration;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NewJob;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.web.servlet.function.ServerResponse.SseBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * What open pages cost the store, and what they are told.
 */
class LiveTests {

	private static final int PAGES = 10;

	private final AtomicInteger statements = new AtomicInteger();

	private final AtomicLong nanoTime = new AtomicLong();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, JobStoreAutoConfiguration.class,
				AftercommitAutoConfiguration.class))
		.withBean(DataSource.class, this::dataSource)
		.withConfiguration(AutoConfigurations.of(DataSourceTransactionManagerAutoConfiguration.class,
				TransactionAutoConfiguration.class));

	/**
	 * At most 0.6 statements in a second, whatever is open, which are no more than one to
	 * a database that counts settings, too. What came and goes is read at every other
	 * look only.
	 */
	@Test
	void tenOpenPagesCostNoMoreThanOne() {
		this.runner.run((context) -> {
			Live live = live(context.getBean(JobStore.class), context.getBean(JobOperations.class));
			Set<UUID> jobs = Set.of(UUID.randomUUID(), UUID.randomUUID());
			live.add(page(), Set.of(), false);
			live.add(page(), jobs, true);
			look(live);
			int one = minuteOfLooks(live);
			for (int i = 1; i < PAGES; i++) {
				live.add(page(), Set.of(), false);
				live.add(page(), Set.of(UUID.randomUUID()), true);
			}
			assertThat(minuteOfLooks(live)).isEqualTo(one).isBetween(1, 36);
		});
	}

	@Test
	void nobodyIsAskedForWhileNoPageIsOpen() {
		this.runner.run((context) -> {
			Live live = live(context.getBean(JobStore.class), context.getBean(JobOperations.class));
			assertThat(look(live)).isZero();
		});
	}

	@Test
	void whatNoNodeCanRunIsAskedForOnlyWhileSomethingWaits() {
		this.runner.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			JobOperations operations = mock(JobOperations.class);
			Readings readings = new Readings(store, operations, Duration.ofSeconds(30), this.nanoTime::get);
			readings.unknownNames();
			verify(operations, never()).unknownNames();
			store.intake().enqueue(List.of(new NewJob(UUID.randomUUID(), "gone", "mails", 0, null, "[]", Map.of())));
			readings.forget();
			readings.unknownNames();
			readings.unknownNames();
			verify(operations, times(1)).unknownNames();
		});
	}

	@Test
	void aPageIsToldAnotherStampOnlyWhenSomethingIsOther() throws IOException {
		this.runner.run((context) -> {
			JobOperations operations = context.getBean(JobOperations.class);
			Live live = live(context.getBean(JobStore.class), operations);
			SseBuilder page = page();
			List<Object> told = new ArrayList<>();
			willAnswer((call) -> told.add(call.getArgument(0))).given(page).data(any());
			live.add(page, Set.of(), false);
			look(live);
			look(live);
			assertThat(told).hasSize(2).containsOnly(told.get(0));
			operations.pauseQueue("mails");
			look(live);
			assertThat(told.get(2)).isNotEqualTo(told.get(0));
		});
	}

	@Test
	void aPageIsToldThatJobsHaveComeOrGone() throws IOException {
		this.runner.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			Live live = live(store, context.getBean(JobOperations.class));
			SseBuilder page = page();
			List<Object> told = new ArrayList<>();
			willAnswer((call) -> told.add(call.getArgument(0))).given(page).data(any());
			live.add(page, Set.of(), false);
			look(live);
			store.flow().add(Map.of("mail", new JobFlow.Counts(1, 0, 0, 0, 0)));
			look(live);
			look(live);
			assertThat(told).hasSize(3);
			assertThat(told.get(2)).isNotEqualTo(told.get(0));
		});
	}

	@Test
	void aPageThatHasGoneIsForgotten() throws IOException {
		this.runner.run((context) -> {
			Live live = live(context.getBean(JobStore.class), context.getBean(JobOperations.class));
			SseBuilder gone = page();
			willThrow(new IOException("Broken pipe")).given(gone).data(any());
			live.add(gone, Set.of(), false);
			look(live);
			look(live);
			verify(gone, times(1)).data(any());
		});
	}

	private Live live(JobStore store, JobOperations operations) {
		return new Live(new Readings(store, operations, Duration.ofSeconds(30), this.nanoTime::get), store);
	}

	private int minuteOfLooks(Live live) {
		int statements = 0;
		for (Duration time = Duration.ZERO; time.compareTo(Duration.ofMinutes(1)) < 0; time = time
			.plus(Live.INTERVAL)) {
			statements += look(live);
		}
		return statements;
	}

	private int look(Live live) {
		this.nanoTime.addAndGet(Live.INTERVAL.toNanos());
		int before = this.statements.get();
		live.look();
		return this.statements.get() - before;
	}

	private static SseBuilder page() {
		SseBuilder page = mock(SseBuilder.class);
		given(page.event(any())).willReturn(page);
		return page;
	}

	private DataSource dataSource() {
		JdbcDataSource h2 = new JdbcDataSource();
		h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		return new DelegatingDataSource(h2) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				return (Connection) Proxy.newProxyInstance(LiveTests.class.getClassLoader(),
						new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
							if (method.getName().equals("prepareStatement")) {
								LiveTests.this.statements.incrementAndGet();
							}
							try {
								return method.invoke(connection, arguments);
							}
							catch (InvocationTargetException ex) {
								throw ex.getCause();
							}
						});
			}

		};
	}

}
