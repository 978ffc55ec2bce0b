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

package dev.aftercommit.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application with a pool of ten connections, as Spring Boot sets it up. Where the
 * starter is on the class path, it has jobs and workers, else it has neither.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class FootprintApplication {

	static final String READY = "ready";

	private static final int COLLECTIONS = 3;

	/**
	 * Start it, say so, and say what it needs a moment later; end with its input.
	 * @param args the URL of the database, and whether to open a connection to it
	 */
	public static void main(String[] args) throws IOException, InterruptedException {
		try (ConfigurableApplicationContext ignored = new SpringApplicationBuilder(FootprintApplication.class)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties(Map.of("spring.datasource.url", args[0], "footprint.connect", args[1]))
			.run()) {
			System.out.println(READY);
			TimeUnit.SECONDS.sleep(1);
			for (int i = 0; i < COLLECTIONS; i++) {
				System.gc();
				TimeUnit.MILLISECONDS.sleep(100);
			}
			System.out.println(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + " "
					+ ManagementFactory.getThreadMXBean().getThreadCount() + " "
					+ ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
			System.in.transferTo(OutputStream.nullOutputStream());
		}
	}

	@Bean
	@ConditionalOnProperty("footprint.connect")
	ApplicationRunner connecting(DataSource dataSource) {
		return (args) -> dataSource.getConnection().close();
	}

	/**
	 * What the starter is there for.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "dev.aftercommit.BackgroundJob")
	static class Jobs {

		@Bean
		NoOpJobs noOpJobs() {
			return new NoOpJobs((job, nanoTime) -> {
			});
		}

	}

}
