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

package dev.aftercommit.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.aftercommit.faults.harness.Node;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls to a node over HTTP.
 */
final class Web {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private Web() {
	}

	/**
	 * Call once.
	 * @return whether the node says that it was committed
	 * @throws IOException if there is no answer
	 */
	static boolean post(int port, String id, long bodyMillis) throws IOException {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + port + "/calls/" + id + "/" + bodyMillis))
			.timeout(Duration.ofSeconds(30))
			.POST(HttpRequest.BodyPublishers.noBody())
			.build();
		try {
			return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

	/**
	 * Call a number of times, one after another.
	 * @return how many were committed
	 */
	static int post(Node node, String prefix, int times) throws IOException {
		int port = port(node);
		int committed = 0;
		for (int i = 0; i < times; i++) {
			committed += post(port, prefix + "-" + i, 0) ? 1 : 0;
		}
		return committed;
	}

	static int port(Node node) {
		Matcher matcher = Pattern.compile("Tomcat started on port (\\d+)").matcher(node.output());
		assertThat(matcher.find()).as(node.output()).isTrue();
		return Integer.parseInt(matcher.group(1));
	}

}
