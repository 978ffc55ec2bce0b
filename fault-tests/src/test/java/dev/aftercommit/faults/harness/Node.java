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

package dev.aftercommit.faults.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

/**
 * A JVM of its own with the application in it.
 */
public final class Node implements AutoCloseable {

	private final String name;

	private final Path directory;

	private final Process process;

	private Node(String name, Path directory, Process process) {
		this.name = name;
		this.directory = directory;
		this.process = process;
	}

	static Node start(Class<?> application, String name, Path directory, List<String> options,
			Map<String, String> settings) {
		try {
			Files.createDirectories(directory);
			Path arguments = directory.resolve("java-" + name + ".args");
			Files.writeString(arguments,
					"-cp \"" + System.getProperty("java.class.path").replace("\\", "\\\\") + "\"\n");
			List<String> command = new ArrayList<>();
			command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
			command.addAll(List.of("-Xmx160m", "-Xss512k", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
					"-XX:+ExitOnOutOfMemoryError", "-Xshare:auto"));
			command.addAll(options);
			command.add("@" + arguments);
			command.add(application.getName());
			settings.forEach((key, value) -> command.add("--" + key + "=" + value));
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(directory.resolve("node-" + name + ".out").toFile())
				.start();
			return new Node(name, directory, process);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public String name() {
		return this.name;
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	public Node awaitReady() {
		Path ready = this.directory.resolve("ready-" + this.name);
		Awaitility.await("node " + this.name + " is ready")
			.atMost(Scene.PATIENCE)
			.pollInterval(Duration.ofMillis(50))
			.failFast("node " + this.name + " ended before it was ready: " + output(),
					() -> !isAlive() && !Files.exists(ready))
			.until(() -> Files.exists(ready));
		return this;
	}

	/**
	 * End it without a word.
	 * @return when
	 */
	public Instant kill() {
		Instant now = Instant.now();
		this.process.destroyForcibly();
		awaitExit(Scene.PATIENCE);
		return now;
	}

	/** Let it stand still. */
	public void stop() {
		signal("STOP");
	}

	/** Let it go on. */
	public void resume() {
		signal("CONT");
	}

	/** Ask it to end. */
	public void terminate() {
		signal("TERM");
	}

	private void signal(String signal) {
		Commands.run(Scene.PATIENCE, List.of("kill", "-" + signal, Long.toString(this.process.pid())));
	}

	/**
	 * Wait for its end.
	 * @param timeout the longest time to wait
	 * @return its exit code
	 */
	public int awaitExit(Duration timeout) {
		try {
			if (!this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new AssertionError("Node " + this.name + " did not end within " + timeout + ": " + output());
			}
			return this.process.exitValue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for the end of " + this.name, ex);
		}
	}

	public long pid() {
		return this.process.pid();
	}

	public String output() {
		try {
			return Files.readString(this.directory.resolve("node-" + this.name + ".out"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		awaitExit(Scene.PATIENCE);
	}

}
