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

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One node. Its settings come from the command line; it says by a file that it is ready.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ Saboteurs.class, WebCalls.class, Versions.class, Roles.class })
public class FaultApplication {

	public static void main(String[] args) {
		endWithTheTest();
		WrongClock.installIfWanted();
		SpringApplication.run(FaultApplication.class, args);
	}

	/** However the JVM of the test ends: nobody is left behind. */
	static void endWithTheTest() {
		ProcessHandle.current()
			.parent()
			.ifPresent((parent) -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
	}

	@Bean
	RunLog runLog(@Value("${faults.directory}") Path directory, @Value("${faults.node}") String node) {
		return new RunLog(directory, node);
	}

	@Bean
	FaultJobs faultJobs(RunLog log, JdbcTemplate jdbc, PlatformTransactionManager transactions,
			@Value("${faults.node}") String node) {
		return new FaultJobs(log, jdbc, new TransactionTemplate(transactions), node);
	}

	@Bean
	@ConditionalOnProperty(name = "aftercommit.store", havingValue = "auto", matchIfMissing = true)
	ExactJobs exactJobs(RunLog log, JdbcTemplate jdbc, @Value("${faults.node}") String node) {
		return new ExactJobs(log, jdbc, node);
	}

	@Bean
	Calls calls(FaultJobs jobs, JdbcTemplate jdbc, PlatformTransactionManager transactions,
			@Value("${faults.directory}") Path directory, @Value("${faults.node}") String node,
			@Value("${faults.enqueue-outside:false}") boolean outside) {
		return new Calls(directory, node, jobs, jdbc, new TransactionTemplate(transactions), outside);
	}

	/**
	 * A node that calls and runs by itself.
	 */
	@Bean
	@ConditionalOnProperty("faults.calls")
	ApplicationListener<ApplicationReadyEvent> callAlways(Calls calls, @Value("${faults.node}") String node,
			@Value("${faults.calls}") int times) {
		return (event) -> {
			for (int i = 1; i <= times; i++) {
				String id = node + "-" + i;
				calls.call(id, i % 7 == 0, () -> calls.jobs().work(id, 20));
			}
		};
	}

	@Bean
	ApplicationListener<ApplicationReadyEvent> ready(@Value("${faults.directory}") Path directory,
			@Value("${faults.node}") String node) {
		return (event) -> {
			try {
				Files.createFile(directory.resolve("ready-" + node));
			}
			catch (IOException ex) {
				throw new IllegalStateException("Could not say that the node is ready", ex);
			}
		};
	}

}
