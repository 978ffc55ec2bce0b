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

import java.time.Clock;
import java.util.Optional;
import java.util.Set;

import com.samskivert.mustache.Mustache;
import dev.aftercommit.JobOperations;
import dev.aftercommit.autoconfigure.AftercommitAutoConfiguration;
import dev.aftercommit.autoconfigure.AftercommitProperties;
import dev.aftercommit.autoconfigure.SettingException;
import dev.aftercommit.autoconfigure.actuate.OperatorLog;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.recurring.Schedules;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.worker.RetrySettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Pages for operators, where they are asked for.
 */
@AutoConfiguration(after = AftercommitAutoConfiguration.class,
		afterName = { "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
				"org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration" })
@ConditionalOnBooleanProperty("aftercommit.dashboard.enabled")
@ConditionalOnBean({ JobStore.class, JobOperations.class, HandlerRegistry.class })
@EnableConfigurationProperties(DashboardProperties.class)
public final class DashboardAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(DashboardAutoConfiguration.class);

	/**
	 * Without Spring MVC there are no pages, and nobody is to look for them in vain.
	 */
	@Bean
	SmartInitializingSingleton backgroundJobsPagesCheck(DashboardProperties dashboard,
			ObjectProvider<Dashboard> pages) {
		return () -> {
			if (pages.getIfAvailable() == null) {
				logger.warn("There is no dashboard at {}: it needs a servlet web application with Spring MVC."
						+ " The actuator endpoints answer the same questions.", dashboard.path());
			}
		};
	}

	/**
	 * With Spring MVC.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ RouterFunction.class, Mustache.class })
	@Import({ ShownValues.class, Secured.class })
	static class Pages {

		@Bean
		Readings backgroundJobsReadings(JobStore store, JobOperations operations, AftercommitProperties properties) {
			return new Readings(store, operations, properties.worker().lease(), System::nanoTime);
		}

		@Bean
		Live backgroundJobsLive(Readings readings, JobStore store) {
			return new Live(readings, store);
		}

		@Bean
		PageFactory backgroundJobsPages(JobStore store, JobOperations operations, Readings readings,
				HandlerRegistry handlers, AftercommitProperties properties, Schedules schedules,
				ObjectProvider<Values> values) {
			AftercommitProperties.Retry retry = properties.retry();
			RetrySettings settings = new RetrySettings(retry.maxAttempts(), retry.initialInterval(), retry.multiplier(),
					retry.maxInterval(), retry.jitter());
			return new PageFactory(store, operations, readings, new Outlook(handlers, settings),
					values.getIfAvailable(() -> Values.HIDDEN), schedules::next, Clock.systemUTC());
		}

		@Bean
		Dashboard backgroundJobsDashboard(DashboardProperties dashboard, ObjectProvider<Door> door,
				ObjectProvider<SecurityTokens> tokens, JobStore store, JobOperations operations, Readings readings,
				Live live) {
			Token token = new Token();
			Frame frame = new Frame(token, tokens.getIfAvailable(() -> SecurityTokens.NONE), dashboard.path(),
					Clock.systemUTC());
			return new Dashboard(door.getIfAvailable(() -> openDoor(dashboard)), frame, token,
					new Orders(operations, readings, new OperatorLog(store.auditTrail())), live);
		}

		private static Door openDoor(DashboardProperties dashboard) {
			if (!dashboard.insecure()) {
				throw new SettingException(
						"'aftercommit.dashboard.enabled' is true, but there is no Spring Security to say who may see"
								+ " background jobs and act on them.",
						"Add 'spring-boot-starter-security', and give operators the authorities '"
								+ dashboard.viewAuthority() + "' and '" + dashboard.operateAuthority()
								+ "'; or set 'aftercommit.dashboard.insecure' to true if everybody who reaches this"
								+ " application may do all of that.");
			}
			logger.warn("The dashboard of background jobs is open to everybody who reaches this application:"
					+ " 'aftercommit.dashboard.insecure' is true.");
			return (request) -> Optional.of(new Visitor("anybody", true, false));
		}

		@Bean
		RouterFunction<ServerResponse> backgroundJobsRoutes(Dashboard dashboard, DashboardProperties properties,
				PageFactory pages) {
			return dashboard.routes(properties.path(), pages.pages());
		}

	}

	/**
	 * With Spring Security, and filters of it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ SecurityFilterChain.class, AuthorityAuthorizationManager.class })
	@ConditionalOnBean(name = "springSecurityFilterChain")
	static class Secured {

		@Bean
		SecuredDoor backgroundJobsDoor(DashboardProperties dashboard, ObjectProvider<RoleHierarchy> hierarchy) {
			if (dashboard.insecure()) {
				logger.warn("'aftercommit.dashboard.insecure' changes nothing: Spring Security is there, and the"
						+ " dashboard asks for its authorities.");
			}
			return new SecuredDoor(rule(hierarchy, dashboard.viewAuthority(), dashboard.operateAuthority()),
					rule(hierarchy, dashboard.operateAuthority()));
		}

		private static AuthorityAuthorizationManager<Object> rule(ObjectProvider<RoleHierarchy> hierarchy,
				String... authorities) {
			AuthorityAuthorizationManager<Object> rule = AuthorityAuthorizationManager.hasAnyAuthority(authorities);
			hierarchy.ifAvailable(rule::setRoleHierarchy);
			return rule;
		}

		@Bean
		CsrfTokens backgroundJobsSecurityTokens() {
			return new CsrfTokens();
		}

	}

	/**
	 * With Boot's actuator, which has a rule for what is shown.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Sanitizer.class, Show.class })
	static class ShownValues {

		private static final String ENDPOINT = "management.endpoint.backgroundjobs.";

		@Bean
		SanitizedValues backgroundJobsValues(Environment environment, ObjectProvider<SanitizingFunction> functions) {
			Binder binder = Binder.get(environment);
			Show show = binder.bind(ENDPOINT + "show-values", Show.class).orElse(Show.NEVER);
			Set<String> roles = binder.bind(ENDPOINT + "roles", Bindable.setOf(String.class)).orElse(Set.of());
			return new SanitizedValues(show, roles, new Sanitizer(functions.orderedStream().toList()));
		}

	}

}
