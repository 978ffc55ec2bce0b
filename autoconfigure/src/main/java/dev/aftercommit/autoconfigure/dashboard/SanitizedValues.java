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

import java.security.Principal;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * Shows values where the endpoint {@code backgroundjobs} would, as the application's
 * sanitizing functions leave them.
 *
 * @param show when to show them
 * @param roles who may see them, none for all that are known
 * @param sanitizer hides what is not to be seen
 */
record SanitizedValues(Show show, Set<String> roles, Sanitizer sanitizer) implements Values {

	@Override
	public Optional<String> show(ServerRequest request, String key, @Nullable String value) {
		if (value == null || !this.show.isShown(context(request), this.roles)) {
			return Optional.empty();
		}
		return Optional.ofNullable(this.sanitizer.sanitize(new SanitizableData(null, key, value), true))
			.map(Object::toString);
	}

	private static SecurityContext context(ServerRequest request) {
		return new SecurityContext() {

			@Override
			public @Nullable Principal getPrincipal() {
				return request.principal().orElse(null);
			}

			@Override
			public boolean isUserInRole(String role) {
				return request.servletRequest().isUserInRole(role);
			}

		};
	}

}
