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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import dev.aftercommit.BackgroundJob;

import static org.assertj.core.api.Assertions.assertThat;

class OtherAdviceTests {

	@ParameterizedTest
	@ValueSource(classes = { Transactions.class, InterfaceTransactions.class })
	void aTransactionBeginsAtTheRunAndNotAtTheCall(Class<?> configuration) throws Throwable {
		try (Calls calls = Calls.of(configuration, Journal.class, WithTransaction.class)) {
			Journal journal = calls.bean(Journal.class);
			calls.bean(Writing.class).write("a");
			assertThat(journal.lines).isEmpty();
			Calls.Call call = calls.onlyCall();
			call.handler().invoke(call.arguments(), Calls.attempt());
			assertThat(journal.lines).containsExactly("begin", "body true", "commit");
			assertThat(calls.calls).hasSize(1);
		}
	}

	@Test
	void retriesHappenAtTheRunAndNotAtTheCall() throws Throwable {
		try (Calls calls = Calls.of(Resilience.class, Journal.class, WithRetries.class)) {
			assertFirstAdvice(calls.bean(WithRetries.class));
			calls.bean(WithRetries.class).run();
			Calls.Call call = calls.onlyCall();
			call.handler().invoke(call.arguments(), Calls.attempt());
			assertThat(calls.bean(Journal.class).lines).containsExactly("try", "try", "try");
			assertThat(calls.calls).hasSize(1);
		}
	}

	@Test
	void anotherMethodOfTheBeanMayBeAsync() {
		try (Calls calls = Calls.of(Asynchrony.class, Journal.class, PartlyAsync.class)) {
			assertFirstAdvice(calls.bean(PartlyAsync.class));
			calls.bean(PartlyAsync.class).job();
			assertThat(calls.onlyCall().name()).isEqualTo("PartlyAsync.job");
		}
	}

	@Test
	void whatCallsTheMethodByAnotherAnnotationCallsThroughTheProxy() {
		try (Calls calls = Calls.of(Scheduling.class, Triggered.class)) {
			calls.context.publishEvent("an event");
			assertThat(calls.calls).extracting(Calls.Call::name).contains("Triggered.onText");
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(calls.calls).extracting(Calls.Call::name).contains("Triggered.onTime"));
			assertThat(calls.bean(Triggered.class).bodies()).isZero();
		}
	}

	private static void assertFirstAdvice(Object bean) {
		Advisor[] advisors = ((Advised) bean).getAdvisors();
		assertThat(advisors).hasSizeGreaterThan(1);
		assertThat(advisors[0].getAdvice()).isInstanceOf(LazyInterceptor.class);
	}

	static class Journal {

		final List<String> lines = new ArrayList<>();

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class Transactions {

		@Bean
		PlatformTransactionManager transactionManager(Journal journal) {
			return new JournalTransactions(journal);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = false)
	static class InterfaceTransactions {

		@Bean
		PlatformTransactionManager transactionManager(Journal journal) {
			return new JournalTransactions(journal);
		}

	}

	static class JournalTransactions extends AbstractPlatformTransactionManager {

		private final transient Journal journal;

		JournalTransactions(Journal journal) {
			this.journal = journal;
		}

		@Override
		protected Object doGetTransaction() {
			return this.journal;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.journal.lines.add("begin");
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			this.journal.lines.add("commit");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			this.journal.lines.add("rollback");
		}

	}

	interface Writing {

		void write(String text);

	}

	static class WithTransaction implements Writing {

		private final Journal journal;

		WithTransaction(Journal journal) {
			this.journal = journal;
		}

		@Override
		@Transactional
		@BackgroundJob
		public void write(String text) {
			this.journal.lines.add("body " + TransactionSynchronizationManager.isActualTransactionActive());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	static class Resilience {

	}

	static class WithRetries {

		private final Journal journal;

		WithRetries(Journal journal) {
			this.journal = journal;
		}

		@Retryable(maxRetries = 2, delay = 0)
		@BackgroundJob
		public void run() {
			this.journal.lines.add("try");
			if (this.journal.lines.size() < 3) {
				throw new IllegalStateException("again");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class Asynchrony {

	}

	static class PartlyAsync {

		@Async
		public void other() {
		}

		@BackgroundJob
		public void job() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

	static class Triggered {

		private final AtomicInteger bodies = new AtomicInteger();

		@EventListener
		@BackgroundJob
		public void onText(String text) {
			this.bodies.incrementAndGet();
		}

		@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.HOURS)
		@BackgroundJob
		public void onTime() {
			this.bodies.incrementAndGet();
		}

		int bodies() {
			return this.bodies.get();
		}

	}

}
