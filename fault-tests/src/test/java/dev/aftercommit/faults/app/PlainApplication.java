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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What people do without a job store, under the same ledger: {@code @Async}, or a hook
 * after the commit over an executor.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableAsync
public class PlainApplication {

	public static void main(String[] args) {
		FaultApplication.endWithTheTest();
		SpringApplication.run(PlainApplication.class, args);
	}

	@Bean
	RunLog runLog(@Value("${faults.directory}") Path directory, @Value("${faults.node}") String node) {
		return new RunLog(directory, node);
	}

	@Bean
	ThreadPoolTaskExecutor taskExecutor() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(8);
		return executor;
	}

	@Bean
	Bodies bodies(RunLog log, JdbcTemplate jdbc, @Value("${faults.node}") String node) {
		return new Bodies(log, jdbc, node);
	}

	@Bean
	ApplicationListener<ApplicationReadyEvent> calls(Bodies bodies, JdbcTemplate jdbc,
			PlatformTransactionManager transactions, ThreadPoolTaskExecutor executor,
			@Value("${faults.directory}") Path directory, @Value("${faults.node}") String node,
			@Value("${faults.plain}") String how, @Value("${faults.calls}") int calls) {
		return (event) -> {
			LineLog log = new LineLog(directory.resolve("calls-" + node + ".log"));
			TransactionTemplate transaction = new TransactionTemplate(transactions);
			for (int i = 1; i <= calls; i++) {
				String id = node + "-" + i;
				boolean rollback = i % 7 == 0;
				log.line("begin", id, "-");
				transaction.executeWithoutResult((status) -> {
					jdbc.update("INSERT INTO fault_call (id, job_id) VALUES (?, NULL)", id);
					start(how, bodies, executor, id);
					if (rollback) {
						status.setRollbackOnly();
					}
				});
				log.line(rollback ? "rolledback" : "committed", id, "-");
			}
			try {
				Files.createFile(directory.resolve("ready-" + node));
			}
			catch (IOException ex) {
				throw new IllegalStateException("Could not say that the calls are made", ex);
			}
		};
	}

	private static void start(String how, Bodies bodies, Executor executor, String id) {
		if (how.equals("async")) {
			bodies.work(id);
			return;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				executor.execute(() -> bodies.workNow(id));
			}

		});
	}

	/**
	 * The same work as {@link FaultJobs}, which needs what its caller has written.
	 */
	public static class Bodies {

		private final RunLog log;

		private final JdbcTemplate jdbc;

		private final String node;

		Bodies(RunLog log, JdbcTemplate jdbc, String node) {
			this.log = log;
			this.jdbc = jdbc;
			this.node = node;
		}

		@Async("taskExecutor")
		public void work(String call) {
			workNow(call);
		}

		public void workNow(String call) {
			try {
				this.log.around(call, () -> {
					this.jdbc.queryForObject("SELECT id FROM fault_call WHERE id = ?", String.class, call);
					new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
					this.jdbc.update("INSERT INTO fault_effect (id, node) VALUES (?, ?)", call, this.node);
				});
			}
			catch (Exception ex) {
				throw new IllegalStateException("The work for " + call + " failed", ex);
			}
		}

	}

}
