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

import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;

import dev.aftercommit.JobOperations;

/**
 * What a node does by itself, each switched on by a setting, beside the jobs that only
 * such nodes need.
 */
@Configuration(proxyBeanMethods = false)
class Roles {

	/** For each kind of unique key so many. */
	private static final int KEYS = 3;

	private static final long BODY_MILLIS = 150;

	@Bean
	KeyedJobs keyedJobs(RunLog log) {
		return new KeyedJobs(log);
	}

	@Bean
	ControlledJobs controlledJobs(RunLog log) {
		return new ControlledJobs(log);
	}

	/**
	 * Calls for the same unique keys as other nodes, until a file is there.
	 */
	@Bean
	@ConditionalOnProperty("faults.unique-calls-until")
	ApplicationListener<ApplicationReadyEvent> uniqueCalls(Calls calls, KeyedJobs jobs,
			@Value("${faults.node}") String node, @Value("${faults.unique-calls-until}") Path end) {
		return (event) -> start("unique-calls", () -> {
			UniqueKind[] kinds = UniqueKind.values();
			for (int i = 1; !Files.exists(end); i++) {
				UniqueKind kind = kinds[i % kinds.length];
				String call = kind.call(i / kinds.length % KEYS, node + "-" + i);
				calls.call(call, i % 7 == 0, () -> kind.enqueue(jobs, call, BODY_MILLIS));
				FaultJobs.pause(3);
			}
		});
	}

	/**
	 * Gives an order as an operator, and writes down when it was given.
	 */
	@Bean
	@ConditionalOnProperty("faults.order")
	ApplicationListener<ApplicationReadyEvent> order(JobOperations operations, PlatformTransactionManager transactions,
			@Value("${faults.order}") Operator.Order order, @Value("${faults.node}") String node,
			@Value("${faults.directory}") Path directory) {
		LineLog log = new LineLog(directory.resolve("orders-" + node + ".log"));
		Operator operator = new Operator(operations, transactions, log);
		return (event) -> start("operator", () -> operator.give(order));
	}

	private static void start(String name, RunLog.Body role) {
		Thread thread = new Thread(() -> {
			try {
				role.run();
			}
			catch (Exception ex) {
				throw new IllegalStateException("Could not play the role " + name, ex);
			}
		}, name);
		thread.start();
	}

}
