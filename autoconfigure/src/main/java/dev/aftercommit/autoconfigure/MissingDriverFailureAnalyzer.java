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

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says which driver the application needs. Boot says so where it knows no URL; here it is
 * said too for a URL whose driver isn't there, and what it has to do with jobs.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class MissingDriverFailureAnalyzer extends AbstractFailureAnalyzer<BeanCreationException> {

	private final Environment environment;

	MissingDriverFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BeanCreationException cause) {
		if (!isMissingDriver(rootFailure)
				|| !this.environment.getProperty("aftercommit.enabled", Boolean.class, true)) {
			return null;
		}
		String url = this.environment.getProperty("spring.datasource.url");
		return new FailureAnalysis(
				"There is no JDBC driver on the classpath for the application's database"
						+ (needsNoDatabase() ? "" : ", in which background jobs are kept")
						+ ((url != null) ? " ('spring.datasource.url' is '" + withoutParameters(url) + "')." : "."),
				driverFor(url) + without(), rootFailure);
	}

	private static boolean isMissingDriver(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			String message = String.valueOf(cause.getMessage());
			if (message.startsWith("Failed to determine a suitable driver class")
					|| message.startsWith("Cannot load driver class: ")
					|| message.startsWith("Failed to load driver class ")) {
				return true;
			}
		}
		return false;
	}

	private String driverFor(@Nullable String url) {
		String lower = (url != null) ? url.toLowerCase(Locale.ROOT) : "";
		if (lower.startsWith("jdbc:postgresql:")) {
			return "Add the driver as a runtime dependency: 'org.postgresql:postgresql'.";
		}
		if (lower.startsWith("jdbc:h2:")) {
			return "Add the driver as a runtime dependency: 'com.h2database:h2'.";
		}
		return ((url != null && !needsNoDatabase()) ? "Background jobs can be kept in PostgreSQL and H2. " : "")
				+ "Add a driver as a runtime dependency: 'com.h2database:h2' for an embedded database, or"
				+ " 'org.postgresql:postgresql' together with a 'spring.datasource.url' that begins with"
				+ " 'jdbc:postgresql:'.";
	}

	private String without() {
		return needsNoDatabase() ? " Or, as jobs need no database ('aftercommit.store' is '"
				+ this.environment.getProperty("aftercommit.store") + "'), exclude"
				+ " 'org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration' with"
				+ " 'spring.autoconfigure.exclude'." : "";
	}

	private boolean needsNoDatabase() {
		String store = this.environment.getProperty("aftercommit.store");
		return "memory".equalsIgnoreCase(store) || "redis".equalsIgnoreCase(store);
	}

	private static String withoutParameters(String url) {
		return url.split("[?;]", 2)[0];
	}

}
