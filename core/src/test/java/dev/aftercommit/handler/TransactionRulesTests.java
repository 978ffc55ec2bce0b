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

package dev.aftercommit.handler;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.JobHandle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Methods whose body runs in the transaction that completes its job.
 */
class TransactionRulesTests {

	@Test
	void aBodyThatLeavesItsTransactionIsRefused() {
		assertRefused(New.class, "'TransactionRulesTests.New.run()' of bean", "propagation REQUIRES_NEW",
				"use REQUIRED");
		assertRefused(NotSupported.class, "propagation NOT_SUPPORTED");
		assertRefused(NeverClass.class, "propagation NEVER");
	}

	@Test
	void aReadOnlyBodyIsRefused() {
		assertRefused(ReadOnly.class, "readOnly = true", "Remove 'readOnly'");
	}

	@Test
	void aBodyWhoseWorkMayBeOnAnotherThreadIsRefused() {
		assertRefused(Completable.class, "returns CompletableFuture", "JobHandle.completed(result)");
		assertRefused(PlainFuture.class, "returns Future");
	}

	@Test
	void aBodyThatJoinsIsFine() {
		try (Calls calls = Calls.of(Joins.class)) {
			assertThat(calls.registry().handlers()).hasSize(6).allMatch(JobHandler::transactional);
		}
	}

	@Test
	void othersMayDoAllOfIt() {
		try (Calls calls = Calls.of(Plain.class)) {
			assertThat(calls.registry().handlers()).hasSize(3).noneMatch(JobHandler::transactional);
		}
	}

	private static void assertRefused(Class<?> component, String... parts) {
		try (Calls calls = Calls.notYetStarted(component)) {
			Throwable thrown = catchThrowable(calls.context::refresh);
			while (thrown != null && !(thrown instanceof JobConfigurationException)) {
				thrown = thrown.getCause();
			}
			assertThat(thrown).isNotNull()
				.hasMessageContaining("is 'transactional', but")
				.hasMessageContainingAll(parts);
		}
	}

	static class New {

		@BackgroundJob(transactional = true)
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public void run() {
		}

	}

	static class NotSupported {

		@BackgroundJob(transactional = true)
		@Transactional(propagation = Propagation.NOT_SUPPORTED)
		void run() {
		}

	}

	@Transactional(propagation = Propagation.NEVER)
	static class NeverClass {

		@BackgroundJob(transactional = true)
		public void run() {
		}

	}

	static class ReadOnly {

		@BackgroundJob(transactional = true)
		@Transactional(readOnly = true)
		public void run() {
		}

	}

	static class Completable {

		@BackgroundJob(transactional = true)
		public CompletableFuture<String> run() {
			return CompletableFuture.completedFuture("done");
		}

	}

	static class PlainFuture {

		@BackgroundJob(transactional = true)
		public Future<String> run() {
			return CompletableFuture.completedFuture("done");
		}

	}

	@Transactional(propagation = Propagation.NEVER)
	static class Joins {

		@BackgroundJob(transactional = true)
		@Transactional
		public void required() {
		}

		@BackgroundJob(transactional = true)
		@Transactional(propagation = Propagation.MANDATORY)
		public void mandatory() {
		}

		@BackgroundJob(transactional = true)
		@Transactional(propagation = Propagation.SUPPORTS)
		public void supports() {
		}

		@BackgroundJob(transactional = true)
		@Transactional(propagation = Propagation.NESTED)
		public void nested() {
		}

		@BackgroundJob(transactional = true)
		@Transactional(timeout = 1)
		public JobHandle<String> handle() {
			return JobHandle.completed("done");
		}

		@BackgroundJob(transactional = true)
		@Transactional
		void packagePrivate() {
		}

	}

	static class Plain {

		@BackgroundJob
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public void inAnother() {
		}

		@BackgroundJob
		@Transactional(readOnly = true)
		public void readOnly() {
		}

		@BackgroundJob
		public CompletableFuture<String> future() {
			return CompletableFuture.completedFuture("done");
		}

	}

}
