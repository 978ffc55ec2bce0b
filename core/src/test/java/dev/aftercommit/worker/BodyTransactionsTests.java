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

package dev.aftercommit.worker;

import java.time.Clock;

import org.junit.jupiter.api.Test;

import org.springframework.transaction.PlatformTransactionManager;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Workers whose handlers are {@code transactional}, and can't be.
 */
class BodyTransactionsTests {

	private final TestHandlers handlers = new TestHandlers();

	private final PlatformTransactionManager transactions = mock(PlatformTransactionManager.class);

	@Test
	void aStoreThatJoinsNoTransactionIsRefused() {
		this.handlers.add("pay", (argument, context) -> null).inTransaction();
		assertThatExceptionOfType(JobConfigurationException.class)
			.isThrownBy(
					() -> new BodyTransactions(new MemoryJobStore(Clock.systemUTC()), this.handlers, this.transactions))
			.withMessageContaining("memory of this JVM")
			.withMessageContaining("joins no transaction");
	}

	@Test
	void workersWithoutATransactionManagerDontStart() {
		this.handlers.add("pay", (argument, context) -> null).inTransaction();
		JobStore store = mock(JobStore.class);
		given(store.canJoinTransactions()).willReturn(true);
		assertThatExceptionOfType(JobConfigurationException.class)
			.isThrownBy(() -> new BodyTransactions(store, this.handlers, null))
			.withMessageContaining("no transaction manager");
	}

	@Test
	void noneIsNeededForOtherHandlers() {
		TestHandlers.TestHandler plain = this.handlers.add("mail", (argument, context) -> null);
		assertThatCode(() -> assertThat(new BodyTransactions(new MemoryJobStore(Clock.systemUTC()), this.handlers, null)
			.create(mock(Attempt.class), plain)).isNull()).doesNotThrowAnyException();
	}

}
