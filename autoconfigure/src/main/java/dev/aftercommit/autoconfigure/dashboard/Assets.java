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

import java.util.Map;

import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * What pages consist of besides their text: no more than is listed here.
 */
final class Assets {

	private static final Map<String, MediaType> TYPES = Map.of("dashboard.css", new MediaType("text", "css"),
			"dashboard.js", new MediaType("text", "javascript"), "icon.svg", new MediaType("image", "svg+xml"));

	private Assets() {
	}

	static ServerResponse serve(ServerRequest request) {
		String name = request.pathVariable("name");
		MediaType type = TYPES.get(name);
		if (type == null) {
			return ServerResponse.notFound().build();
		}
		return ServerResponse.ok()
			.contentType(type)
			.header("Cache-Control", "no-cache")
			.header("X-Content-Type-Options", "nosniff")
			.body(new ClassPathResource("META-INF/aftercommit/dashboard/assets/" + name));
	}

}
