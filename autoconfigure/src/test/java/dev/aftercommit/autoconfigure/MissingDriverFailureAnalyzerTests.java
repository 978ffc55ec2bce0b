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

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class MissingDriverFailureAnalyzerTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
		.withClassLoader(new FilteredClassLoader("org.h2", "org.postgresql"));

	@Test
	void withoutAnyDriverTheOnesThatWorkAreNamed() {
		this.runner.run(answered(new MockEnvironment(), (analysis) -> {
			assertThat(analysis.getDescription()).isEqualTo(
					"There is no JDBC driver on the classpath for the application's database, in which background jobs"
							+ " are kept.");
			assertThat(analysis.getAction()).contains("'com.h2database:h2'").contains("'org.postgresql:postgresql'");
		}));
	}

	@Test
	void aUrlSaysWhichDriverIsMissing() {
		String url = "jdbc:postgresql://db/shop?password=secret";
		MockEnvironment environment = new MockEnvironment().withProperty("spring.datasource.url", url);
		this.runner.withPropertyValues("spring.datasource.url=" + url).run(answered(environment, (analysis) -> {
			assertThat(analysis.getDescription()).endsWith("('spring.datasource.url' is 'jdbc:postgresql://db/shop').");
			assertThat(analysis.getAction())
				.isEqualTo("Add the driver as a runtime dependency: 'org.postgresql:postgresql'.");
		}));
	}

	@Test
	void aUrlOfAnotherDatabaseIsAnsweredWithThoseThatWork() {
		String url = "jdbc:mysql://db/shop";
		MockEnvironment environment = new MockEnvironment().withProperty("spring.datasource.url", url);
		this.runner.withPropertyValues("spring.datasource.url=" + url)
			.run(answered(environment, (analysis) -> assertThat(analysis.getAction())
				.startsWith("Background jobs can be kept in PostgreSQL and H2. Add a driver")));
	}

	@Test
	void aStoreInMemoryNeedsNoDatabase() {
		MockEnvironment environment = new MockEnvironment().withProperty("aftercommit.store", "memory");
		this.runner.run(answered(environment,
				(analysis) -> assertThat(analysis.getAction()).contains("'spring.autoconfigure.exclude'")));
	}

	@Test
	void whoeverHasSwitchedJobsOffGetsTheAnswerOfBoot() {
		MockEnvironment environment = new MockEnvironment().withProperty("aftercommit.enabled", "false");
		this.runner.run((context) -> assertThat(
				new MissingDriverFailureAnalyzer(environment).analyze(context.getStartupFailure()))
			.isNull());
	}

	private static ContextConsumer<AssertableApplicationContext> answered(MockEnvironment environment,
			java.util.function.Consumer<FailureAnalysis> answer) {
		return (context) -> {
			assertThat(context).hasFailed();
			answer.accept(new MissingDriverFailureAnalyzer(environment).analyze(context.getStartupFailure()));
		};
	}

}
