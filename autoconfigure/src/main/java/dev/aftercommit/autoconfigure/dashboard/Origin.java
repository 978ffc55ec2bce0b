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

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * Where an order comes from, as the browser says.
 */
final class Origin {

	private static final int HTTP = 80;

	private static final int HTTPS = 443;

	private Origin() {
	}

	/**
	 * Whether it comes from a page of this application. Browsers say so by themselves
	 * where the connection is to be trusted; else the page's address is compared with the
	 * one that was asked. An order that says nothing of where it comes from is refused.
	 * @param request the order
	 * @return whether it does
	 */
	static boolean isSame(ServerRequest request) {
		String site = request.headers().firstHeader("Sec-Fetch-Site");
		if (site != null) {
			return site.equals("same-origin");
		}
		String origin = request.headers().firstHeader("Origin");
		return origin != null && isSame(origin, request.uri());
	}

	private static boolean isSame(String origin, URI target) {
		URI from = parse(origin);
		return from != null && from.getHost() != null && from.getScheme() != null
				&& from.getHost().equalsIgnoreCase(target.getHost()) && port(from) == port(target);
	}

	private static int port(URI uri) {
		if (uri.getPort() >= 0) {
			return uri.getPort();
		}
		return "https".equals(uri.getScheme().toLowerCase(Locale.ROOT)) ? HTTPS : HTTP;
	}

	private static @Nullable URI parse(String origin) {
		try {
			return new URI(origin);
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

}
