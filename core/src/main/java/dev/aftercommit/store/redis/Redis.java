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

package dev.aftercommit.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.ReturnType;

import dev.aftercommit.JobStoreException;

/**
 * Runs scripts, each in one round trip. Never on a connection that the caller's
 * transaction has bound, as a template would: between MULTI and EXEC nothing is answered.
 */
final class Redis {

	private static final Logger logger = LoggerFactory.getLogger(Redis.class);

	private final RedisConnectionFactory connections;

	private final byte[] root;

	private final Supplier<Duration> clockOffset;

	Redis(RedisConnectionFactory connections, String keyPrefix, Supplier<Duration> clockOffset) {
		this.connections = connections;
		this.root = bytes("{" + keyPrefix + "}");
		this.clockOffset = clockOffset;
	}

	/** Arguments of a script, the offset of the clock as the first one. */
	List<byte[]> arguments(String... values) {
		List<byte[]> arguments = new ArrayList<>();
		arguments.add(this.root);
		arguments.add(bytes(Micros.of(this.clockOffset.get())));
		for (String value : values) {
			arguments.add(bytes(value));
		}
		return arguments;
	}

	Reply run(String what, Script script, String... values) {
		return run(what, script, arguments(values));
	}

	Reply run(String what, Script script, List<byte[]> arguments) {
		byte[][] keysAndArguments = arguments.toArray(byte[][]::new);
		return new Reply(call(what, (connection) -> run(connection, script, keysAndArguments)));
	}

	/**
	 * The values of one kind of jobs, in their order, {@code null} for what is missing.
	 */
	List<byte @Nullable []> read(String what, String kind, List<UUID> ids) {
		byte[] hash = bytes(new String(this.root, StandardCharsets.UTF_8) + ":" + kind);
		byte[][] fields = ids.stream().map(Ids::write).toArray(byte[][]::new);
		List<byte @Nullable []> values = call(what, (connection) -> connection.hashCommands().hMGet(hash, fields));
		return (values != null) ? values : Collections.nCopies(ids.size(), null);
	}

	<T> T call(String what, Command<T> command) {
		try (RedisConnection connection = this.connections.getConnection()) {
			return command.run(connection);
		}
		catch (RuntimeException ex) {
			// Not Spring's alone: a factory that was stopped says it by an
			// IllegalStateException.
			throw new JobStoreException("The job store could not " + what + ": " + Trouble.of(ex), ex);
		}
	}

	/** What the server says it is; without its version if it does not answer. */
	String description() {
		try {
			Properties info = call("say what it is", (connection) -> connection.serverCommands().info("server"));
			return version(info, "valkey_version").map("Valkey "::concat)
				.orElseGet(() -> version(info, "redis_version").map("Redis "::concat).orElse("Redis"));
		}
		catch (JobStoreException ex) {
			logger.debug("Redis does not say what it is", ex);
			return "Redis";
		}
	}

	/** On a Cluster each name begins with a node. */
	private static Optional<String> version(Properties info, String name) {
		return info.stringPropertyNames()
			.stream()
			.filter((key) -> key.endsWith(name))
			.map(info::getProperty)
			.findFirst();
	}

	private static List<?> run(RedisConnection connection, Script script, byte[][] keysAndArguments) {
		try {
			return answered(connection.scriptingCommands()
				.<List<?>>evalSha(script.sha(), ReturnType.MULTI, 1, keysAndArguments));
		}
		catch (DataAccessException ex) {
			if (!Trouble.isUnknownScript(ex)) {
				throw ex;
			}
			// A server that was restarted, or took over: EVAL makes the script known.
			return answered(connection.scriptingCommands()
				.<List<?>>eval(bytes(script.text()), ReturnType.MULTI, 1, keysAndArguments));
		}
	}

	private static List<?> answered(@Nullable List<?> answer) {
		return (answer != null) ? answer : List.of();
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * What is done with a connection.
	 *
	 * @param <T> what it brings
	 */
	@FunctionalInterface
	interface Command<T> {

		T run(RedisConnection connection);

	}

}
