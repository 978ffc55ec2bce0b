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

package dev.aftercommit.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import redis.embedded.RedisExecProvider;

import org.springframework.util.FileSystemUtils;

/**
 * A Redis server process of its own, from the embedded binary: loopback only, its data
 * below {@code target}. It can be killed and started again, and ends with the JVM.
 */
public final class RedisProcess implements AutoCloseable {

	private static final int SECONDS_TO_START = 60;

	private final Path directory;

	private final int port;

	private final List<String> settings;

	private final Thread hook = new Thread(this::kill);

	private Process process;

	private RedisProcess(Path directory, int port, List<String> settings) {
		this.directory = directory;
		this.port = port;
		this.settings = settings;
		Runtime.getRuntime().addShutdownHook(this.hook);
		this.process = launch();
	}

	/**
	 * A server that answers.
	 * @param settings as on its command line
	 */
	public static RedisProcess start(String... settings) {
		try {
			Path target = Path.of("target").toAbsolutePath();
			Path directory = Files.createTempDirectory(Files.createDirectories(target), "redis-");
			return new RedisProcess(directory, freePort(), List.of(settings));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public int port() {
		return this.port;
	}

	/**
	 * As {@code kill -9}: nothing is saved that is not on disk.
	 */
	public void kill() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor(SECONDS_TO_START, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Start again, with the same port and data. */
	public void restart() {
		kill();
		this.process = launch();
	}

	/** The number of its process, for signals. */
	public long pid() {
		return this.process.pid();
	}

	private Process launch() {
		List<String> command = new ArrayList<>(List.of(Binary.PATH, "--port", Integer.toString(this.port), "--bind",
				"127.0.0.1", "--dir", this.directory.toString(), "--save", ""));
		command.addAll(this.settings);
		try {
			Process started = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.directory.resolve("log").toFile()))
				.start();
			for (int i = 0; i < SECONDS_TO_START * 50; i++) {
				if (started.waitFor(20, TimeUnit.MILLISECONDS)) {
					throw new IllegalStateException("Redis ended at once, see " + this.directory.resolve("log"));
				}
				if (answers()) {
					return started;
				}
			}
			throw new IllegalStateException("Redis does not answer, see " + this.directory.resolve("log"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private boolean answers() {
		try {
			String answer = ask("PING");
			return answer.startsWith("+PONG") || answer.startsWith("-NOAUTH");
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * What the server answers, as it comes over the wire.
	 * @param command a command and its arguments, none of which has a blank
	 */
	public String tell(String command) {
		try {
			return ask(command);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String ask(String command) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	/**
	 * A port that nobody listens on.
	 */
	public static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		kill();
		Runtime.getRuntime().removeShutdownHook(this.hook);
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Unpacked once. */
	private static final class Binary {

		private static final String PATH = unpack();

		private static String unpack() {
			try {
				File file = RedisExecProvider.defaultProvider().get();
				return file.getAbsolutePath();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(
						"Could not unpack an embedded Redis: set '" + RedisServer.URL + "' to one that runs", ex);
			}
		}

	}

}
