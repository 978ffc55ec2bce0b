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

package dev.aftercommit.faults.app;

import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.store.JobStore;

/**
 * What can be broken from within, each switched on by a setting.
 */
@Configuration(proxyBeanMethods = false)
class Saboteurs {

	/**
	 * Negative control: the store accepts the outcome of whoever has one.
	 */
	@Bean
	@ConditionalOnBooleanProperty("faults.fence-off")
	static BeanPostProcessor fenceOff(ObjectProvider<DataSource> dataSource) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				return (bean instanceof JobStore store) ? new FencelessStore(store, dataSource) : bean;
			}

		};
	}

	/**
	 * Negative control: jobs are enqueued as if they had no keys.
	 */
	@Bean
	@ConditionalOnBooleanProperty("faults.keys-off")
	static BeanPostProcessor keysOff() {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				return (bean instanceof JobStore store) ? Keyless.store(store) : bean;
			}

		};
	}

	/**
	 * Makes one call and takes the JVM down when its transaction has committed, before
	 * anybody was told.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty("faults.halt-after-commit-of")
	static class HaltAfterCommit {

		@Bean
		HaltingTransactions transactionManager(DataSource dataSource) {
			return new HaltingTransactions(dataSource);
		}

		@Bean
		ApplicationListener<ApplicationReadyEvent> callOnce(Calls calls, HaltingTransactions transactions,
				JdbcTemplate jdbc, KeyedJobs keyed, @Value("${faults.halt-after-commit-of}") String id,
				@Value("${faults.halt-read-only:false}") boolean readOnly) {
			return (event) -> {
				if (readOnly) {
					callReadOnly(calls, transactions, jdbc, id);
				}
				transactions.armed = true;
				calls.call(id, () -> UniqueKind.isCall(id) ? UniqueKind.of(id).enqueue(keyed, id, 0)
						: calls.jobs().work(id, 0));
			};
		}

		/** The business row has committed before; the job is enqueued by best effort. */
		private static void callReadOnly(Calls calls, HaltingTransactions transactions, JdbcTemplate jdbc, String id) {
			jdbc.update("INSERT INTO fault_call (id, job_id) VALUES (?, NULL)", id);
			TransactionTemplate template = new TransactionTemplate(transactions);
			template.setReadOnly(true);
			template.executeWithoutResult((status) -> {
				try {
					calls.jobs().work(id, 0);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
				transactions.armed = true;
			});
		}

	}

	/**
	 * A clock on the wall that is wrong, for all of {@code java.time}, and jumps by an
	 * hour back and forth.
	 */
	@Bean
	@ConditionalOnBooleanProperty("faults.jumping-clock")
	static ApplicationListener<ApplicationReadyEvent> jumpingClock() {
		return (event) -> {
			Thread thread = new Thread(() -> {
				for (long hours = 1;; hours = -hours) {
					WrongClock.putForwardBy(hours * 3_600_000);
					LockSupport.parkNanos(700_000_000);
				}
			}, "jumping-clock");
			thread.setDaemon(true);
			thread.start();
		};
	}

	static final class HaltingTransactions extends JdbcTransactionManager {

		private volatile boolean armed;

		HaltingTransactions(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			super.doCommit(status);
			if (this.armed) {
				Runtime.getRuntime().halt(137);
			}
		}

	}

}
