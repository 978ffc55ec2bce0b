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

package dev.aftercommit.sample;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Who may look at background jobs, and who may give orders about them. Servers are
 * everybody's: this application is for trying out.
 */
@Configuration(proxyBeanMethods = false)
class SampleSecurity {

	static final String VIEW = "ROLE_JOBS_VIEW";

	static final String OPERATE = "ROLE_JOBS_OPERATE";

	/**
	 * Two users for trying out. A real application has its users elsewhere, and no
	 * password in its sources.
	 */
	@Bean
	UserDetailsService users() {
		return new InMemoryUserDetailsManager(
				User.withUsername("viewer").password("{noop}viewer").authorities(VIEW).build(),
				User.withUsername("operator").password("{noop}operator").authorities(VIEW, OPERATE).build());
	}

	/** For programs, which send name and password with each request. */
	@Bean
	@Order(1)
	SecurityFilterChain actuatorSecurity(HttpSecurity http) {
		return http.securityMatcher("/actuator/**")
			.authorizeHttpRequests((requests) -> requests.requestMatchers("/actuator/health/**")
				.permitAll()
				.requestMatchers(HttpMethod.GET)
				.hasAuthority(VIEW)
				.anyRequest()
				.hasAuthority(OPERATE))
			.httpBasic(Customizer.withDefaults())
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			// Orders are JSON, which a page of another site can't send unasked.
			.csrf(AbstractHttpConfigurer::disable)
			.build();
	}

	/**
	 * For people, who sign in. Who has {@link #OPERATE} is asked by the pages themselves.
	 */
	@Bean
	@Order(2)
	SecurityFilterChain dashboardSecurity(HttpSecurity http) {
		return http.securityMatcher("/background-jobs/**", "/login", "/logout", "/default-ui.css")
			.authorizeHttpRequests((requests) -> requests.anyRequest().hasAuthority(VIEW))
			.formLogin(Customizer.withDefaults())
			.build();
	}

	/** The page and the API of the servers, which {@code curl} uses without a token. */
	@Bean
	@Order(3)
	SecurityFilterChain serversSecurity(HttpSecurity http) {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.csrf(AbstractHttpConfigurer::disable)
			.build();
	}

}
