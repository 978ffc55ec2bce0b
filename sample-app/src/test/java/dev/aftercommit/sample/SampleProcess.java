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

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The application in a JVM of its own, to be killed.
 */
final class SampleProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static final Pattern EVENT = Pattern
		.compile("[sS]erver (\\d+) (boots|has done|terminates|is to stop|is gone)");

	/** A boot, all of it, and then one end. */
	private static final List<String> LIFE = List.of("boots", "has done", "has done", "has done", "has done",
			"terminates", "is to stop", "is gone");

	/** The boot came when the server was not wanted any more. */
	private static final List<String> LIFE_WITHOUT_MACHINE = List.of("boots", "terminates", "is to stop", "is gone");

	private final HttpClient client = HttpClient.newHttpClient();

	private final Process process;

	private final Path log;

	private final int port;

	private SampleProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
		try {
			this.port = awaitPort();
		}
		catch (Throwable ex) {
			process.destroyForcibly();
			throw ex;
		}
	}

	/**
	 * Start the application and wait until it answers.
	 * @param log the file that its output goes to
	 * @param properties what differs from its {@code application.yml}
	 */
	static SampleProcess start(Path log, List<String> properties) throws IOException {
		Files.createDirectories(log.getParent());
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx384m",
						"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-cp", applicationClassPath(),
						SampleApplication.class.getName(), "--server.port=0",
						"--logging.level.dev.aftercommit.sample.Hypervisor=debug"));
		properties.forEach((property) -> command.add("--" + property));
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(Redirect.to(log.toFile()))
			.start();
		return new SampleProcess(process, log);
	}

	private static String applicationClassPath() {
		String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		return Stream.of(all.split(File.pathSeparator))
			.filter((entry) -> !entry.contains("test-classes") && !entry.endsWith("-tests.jar"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	private int awaitPort() {
		await("start of the application, see " + this.log).atMost(PATIENCE)
			.until(() -> PORT.matcher(output()).find() || !this.process.isAlive());
		Matcher port = PORT.matcher(output());
		assertThat(port.find()).as(() -> "the application has started:\n" + output()).isTrue();
		return Integer.parseInt(port.group(1));
	}

	String output() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new IllegalStateException("Can't read " + this.log, ex);
		}
	}

	/**
	 * Create a server.
	 * @return its id
	 */
	long create(String name) throws IOException, InterruptedException {
		HttpRequest request = request("/servers").header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"name\": \"%s\", \"account\": 7}".formatted(name)))
			.build();
		HttpResponse<String> response = this.client.send(request, BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
		return JsonMapper.shared().readTree(response.body()).get("id").longValue();
	}

	/**
	 * Have a server terminated.
	 * @return the status of the answer
	 */
	int delete(long id) throws IOException, InterruptedException {
		HttpRequest request = request("/servers/" + id).DELETE().build();
		return this.client.send(request, BodyHandlers.discarding()).statusCode();
	}

	/**
	 * Have a server terminated while it boots, then send a burst of servers that are
	 * terminated twice right after their creation, and wait until all have ended. What
	 * was done, and in which order, is read from the log.
	 */
	void assertThatABurstEndsOnceEach() throws Exception {
		long booting = create("booting");
		await().atMost(PATIENCE).until(() -> states().get(booting) == ServerState.BOOTING);
		delete(booting);
		List<Long> burst = Burst.send(() -> create("burst"), this::delete);
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(states()).containsAllEntriesOf(
					burst.stream().collect(Collectors.toMap(Function.identity(), (id) -> ServerState.TERMINATED))));
		Map<Long, List<String>> lives = lives();
		assertThat(burst).hasSize(Burst.PAIRS)
			.allSatisfy((id) -> assertThat(lives.get(id)).isIn(LIFE, LIFE_WITHOUT_MACHINE));
		assertThat(states()).containsEntry(booting, ServerState.TERMINATED);
		assertThat(lives.get(booting)).isEqualTo(LIFE);
	}

	private Map<Long, List<String>> lives() {
		return EVENT.matcher(output())
			.results()
			.collect(Collectors.groupingBy((line) -> Long.valueOf(line.group(1)),
					Collectors.mapping((line) -> line.group(2), Collectors.toList())));
	}

	/**
	 * The states of all servers, by their ids.
	 */
	Map<Long, ServerState> states() throws IOException, InterruptedException {
		String body = this.client.send(request("/servers").build(), BodyHandlers.ofString()).body();
		List<ServerController.ServerView> servers = JsonMapper.shared().readValue(body, new TypeReference<>() {
		});
		return servers.stream()
			.collect(Collectors.toMap(ServerController.ServerView::id, ServerController.ServerView::state));
	}

	/**
	 * Watch the servers, as an open page does, until the application closes the stream.
	 * @return the events
	 */
	Stream<String> watch() throws IOException, InterruptedException {
		return this.client.send(request("/servers/events").build(), BodyHandlers.ofLines()).body();
	}

	/**
	 * Sign in as an operator.
	 */
	SignedIn signIn() throws IOException, InterruptedException {
		return new SignedIn(this.port);
	}

	long pid() {
		return this.process.pid();
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path)).timeout(PATIENCE);
	}

	/**
	 * End it as {@code kill -9} does, and wait until it is gone.
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly();
		assertThat(this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * Ask it to end, as {@code kill} does, and wait until it is gone.
	 * @return how long that took
	 */
	Duration terminate() throws InterruptedException {
		long before = System.nanoTime();
		this.process.destroy();
		assertThat(this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		return Duration.ofNanos(System.nanoTime() - before);
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
