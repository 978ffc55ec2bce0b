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

package dev.aftercommit.autoconfigure.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.autoconfigure.AftercommitAutoConfiguration;
import dev.aftercommit.autoconfigure.JobStoreAutoConfiguration;
import dev.aftercommit.autoconfigure.JobWorkersAutoConfiguration;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/**
 * An application with the dashboard, on a port of its own.
 */
final class DashboardApplication {

	private DashboardApplication() {
	}

	static ConfigurableApplicationContext start(List<Class<?>> more, String... properties) {
		List<Class<?>> sources = new ArrayList<>(List.of(Base.class));
		sources.addAll(more);
		SpringApplication application = new SpringApplicationBuilder().sources(sources.toArray(new Class<?>[0]))
			.build();
		Map<String, String> arguments = new LinkedHashMap<>();
		for (String property : List.of("server.port=0", "aftercommit.store=memory",
				"aftercommit.dashboard.enabled=true", "spring.main.banner-mode=off",
				"aftercommit.retry.max-attempts=1")) {
			arguments.put(property.substring(0, property.indexOf('=')), property);
		}
		for (String property : properties) {
			arguments.put(property.substring(0, property.indexOf('=')), property);
		}
		return application.run(arguments.values().stream().map("--"::concat).toArray(String[]::new));
	}

	static String base(ConfigurableApplicationContext context) {
		return "http://localhost:" + context.getEnvironment().getProperty("local.server.port")
				+ context.getEnvironment().getProperty("server.servlet.context-path", "");
	}

	/**
	 * Without security.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class, JacksonAutoConfiguration.class,
			JobStoreAutoConfiguration.class, AftercommitAutoConfiguration.class, JobWorkersAutoConfiguration.class,
			DashboardAutoConfiguration.class })
	static class Base {

		@Bean
		Work work() {
			return new Work();
		}

	}

	/**
	 * With the application's own security: HTTP basic, and rules for paths that forget
	 * the dashboard.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableWebSecurity
	static class Secured {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("viewer").password("{noop}viewer").authorities("ROLE_JOBS_VIEW").build(),
					User.withUsername("operator").password("{noop}operator").authorities("ROLE_JOBS_OPERATE").build(),
					User.withUsername("other").password("{noop}other").authorities("ROLE_USER").build());
		}

	}

	/**
	 * With security that does not protect against forged requests by itself.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableWebSecurity
	static class WithoutCsrf extends Secured {

		@Bean
		@Override
		SecurityFilterChain chain(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

	/**
	 * What becomes a job.
	 */
	static class Work {

		@BackgroundJob(name = "work.fail", queue = "<b onclick=alert(1)>q\"'", tags = "#tag")
		void fail(String message, String tag) {
			throw new IllegalStateException(message);
		}

		@BackgroundJob(name = "work.rest")
		void rest() {
		}

		@BackgroundJob(name = "work.do", tags = "#tag")
		void run(String tag) {
		}

	}

}
