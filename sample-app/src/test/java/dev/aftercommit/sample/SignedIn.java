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

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An operator who has signed in, and asks for pages and endpoints.
 */
final class SignedIn {

	private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"");

	private final HttpClient browser = HttpClient.newBuilder()
		.cookieHandler(new CookieManager())
		.followRedirects(HttpClient.Redirect.NORMAL)
		.build();

	private final String base;

	SignedIn(int port) throws IOException, InterruptedException {
		this.base = "http://localhost:" + port;
		Matcher token = TOKEN.matcher(send(request("/login")).body());
		assertThat(token.find()).isTrue();
		send(request("/login").header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString("username=operator&password=operator&_csrf="
					+ URLEncoder.encode(token.group(1), StandardCharsets.UTF_8))));
	}

	/**
	 * What a page or an endpoint answers.
	 */
	String look(String path) throws IOException, InterruptedException {
		HttpRequest.Builder request = request(path);
		if (path.startsWith("/actuator")) {
			request.setHeader("Accept", "application/json");
			request.header("Authorization", "Basic "
					+ Base64.getEncoder().encodeToString("operator:operator".getBytes(StandardCharsets.UTF_8)));
		}
		HttpResponse<String> answer = send(request);
		assertThat(answer.statusCode()).as(answer::body).isEqualTo(200);
		assertThat(answer.uri().getPath()).isEqualTo(URI.create(this.base + path).getPath());
		return answer.body();
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.browser.send(request.build(), BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.base + path)).header("Accept", "text/html");
	}

}
