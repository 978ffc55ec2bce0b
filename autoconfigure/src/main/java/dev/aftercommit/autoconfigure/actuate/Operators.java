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

package dev.aftercommit.autoconfigure.actuate;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;

/**
 * What all endpoints that take orders have in common.
 */
final class Operators {

	private static final String UNKNOWN = "unknown";

	private Operators() {
	}

	/**
	 * Who asks.
	 * @param context as the endpoint got it, {@code null} over JMX
	 * @return a name
	 */
	static String name(@Nullable SecurityContext context) {
		Principal principal = (context != null) ? context.getPrincipal() : null;
		String name = (principal != null) ? principal.getName() : null;
		return (name != null) ? name : UNKNOWN;
	}

	/**
	 * What was asked for makes no sense.
	 * @param ex says why, and what would
	 * @return what the endpoints answer that with
	 */
	static InvalidEndpointRequestException badRequest(IllegalArgumentException ex) {
		return new InvalidEndpointRequestException(String.valueOf(ex.getMessage()), ex.getMessage());
	}

	static InvalidEndpointRequestException noSuchAction(String action, String known) {
		return new InvalidEndpointRequestException("'action' (" + action + ") must be one of " + known,
				"'action' must be one of " + known);
	}

}
