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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@SampleTest
@Timeout(120)
class ServerFeedTests {

	private final HttpClient client = HttpClient.newHttpClient();

	@Autowired
	private Servers servers;

	@Autowired
	private ServerRepository repository;

	@Autowired
	private ServerFeed feed;

	@LocalServerPort
	private int port;

	@Test
	void aWatcherIsToldWhatThereIsAndThenWhatChanges() throws Exception {
		Server there = this.servers.create("feed-1", 7);
		try (Stream<String> lines = open()) {
			Iterator<String> line = lines.iterator();
			assertThat(next(line)).contains("\"name\":\"feed-1\"", "\"job\":\"" + there.bootJob() + "\"");
			Server created = this.servers.create("feed-2", 7);
			for (ServerState state : List.of(ServerState.BOOTING, ServerState.RUNNING)) {
				assertThat(find(line, created.id(), state)).contains("\"name\":\"feed-2\"");
			}
		}
	}

	@Test
	void aWatcherIsToldWhichServersHaveGone() throws Exception {
		long id = this.repository.save(new Server("feed-4", 7)).id();
		try (Stream<String> lines = open()) {
			Iterator<String> line = lines.iterator();
			assertThat(next(line)).contains("\"id\":" + id + ",");
			this.repository.deleteById(id);
			String event = line.next();
			while (!event.equals("event:gone")) {
				event = line.next();
			}
			assertThat(next(line)).isEqualTo("data:[" + id + "]");
		}
	}

	@Test
	void aWatcherThatComesBackIsToldEverythingAgain() throws Exception {
		Server there = this.servers.create("feed-3", 7);
		for (int connection = 0; connection < 3; connection++) {
			try (Stream<String> lines = open()) {
				assertThat(next(lines.iterator())).contains("\"id\":" + there.id() + ",");
			}
		}
	}

	@Test
	void aWatcherThatHasGoneIsForgotten() throws Exception {
		awaitNobody();
		try (Stream<String> lines = open()) {
			next(lines.iterator());
			assertThat(this.feed.watchers()).isOne();
		}
		awaitNobody();
	}

	/**
	 * That a connection was closed is only noticed by writing to it: there must be news.
	 */
	private void awaitNobody() {
		await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(300)).until(() -> {
			this.servers.create("news", 7);
			return this.feed.watchers() == 0;
		});
	}

	private Stream<String> open() throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/servers/events"))
			.header("Accept", "text/event-stream")
			.build();
		HttpResponse<Stream<String>> response = this.client.send(request, BodyHandlers.ofLines());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
		return response.body();
	}

	private static String next(Iterator<String> lines) {
		while (true) {
			String line = lines.next();
			if (line.startsWith("data:")) {
				return line;
			}
		}
	}

	private static String find(Iterator<String> lines, long id, ServerState state) {
		while (true) {
			String line = next(lines);
			if (line.matches(".*\"id\":%d,[^}]*\"state\":\"%s\".*".formatted(id, state))) {
				return line;
			}
		}
	}

}
