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

package dev.aftercommit.faults.harness;

import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import dev.aftercommit.faults.app.Calls;
import dev.aftercommit.faults.app.FaultApplication;
import dev.aftercommit.faults.app.FaultJobs;

/**
 * The same application inside the JVM of the test.
 */
public final class Client implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	Client(Map<String, String> settings, Class<?>... more) {
		SpringApplicationBuilder builder = new SpringApplicationBuilder(FaultApplication.class).sources(more)
			.registerShutdownHook(false);
		this.context = builder.run(settings.entrySet()
			.stream()
			.map((setting) -> "--" + setting.getKey() + "=" + setting.getValue())
			.toArray(String[]::new));
	}

	public Calls calls() {
		return this.context.getBean(Calls.class);
	}

	public FaultJobs jobs() {
		return this.context.getBean(FaultJobs.class);
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public ConfigurableApplicationContext context() {
		return this.context;
	}

	@Override
	public void close() {
		SpringApplication.exit(this.context);
	}

}
