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

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.store.Durability;

/**
 * Asks by {@code WAITAOF} and {@code WAIT}. Both look at what their own connection has
 * written, and hold up whatever else goes through it: so this has a connection of its
 * own, and writes a little before it asks.
 */
final class RedisDurability implements Durability, AutoCloseable {

	private static final ProtocolKeyword WAITAOF = new ProtocolKeyword() {

		@Override
		public byte[] getBytes() {
			return Redis.bytes(toString());
		}

		@Override
		public String toString() {
			return "WAITAOF";
		}

	};

	private static final Logger logger = LoggerFactory.getLogger(RedisDurability.class);

	private final OwnConnection connection;

	private final byte[] mark;

	RedisDurability(OwnConnection connection, String keyPrefix) {
		this.connection = connection;
		this.mark = Redis.bytes("{" + keyPrefix + "}:mark");
	}

	@Override
	public synchronized Optional<String> incarnation() {
		try {
			return this.connection.get().flatMap((connection) -> incarnation(info(connection.sync())));
		}
		catch (RedisException ex) {
			forget(ex);
			return Optional.empty();
		}
	}

	@Override
	public synchronized boolean await(String incarnation, Duration atMost) {
		try {
			return this.connection.get()
				.filter((connection) -> await(connection, incarnation, Math.max(1, atMost.toMillis())))
				.isPresent();
		}
		catch (RedisException ex) {
			forget(ex);
			return false;
		}
	}

	private void forget(RedisException ex) {
		logger.debug("Redis does not say whether what it took survives", ex);
		this.connection.close();
	}

	private boolean await(StatefulRedisConnection<byte[], byte[]> connection, String incarnation, long millis) {
		connection.setTimeout(Duration.ofMillis(millis).plusSeconds(10));
		RedisCommands<byte[], byte[]> commands = connection.sync();
		Map<String, String> info = info(commands);
		int replicas = number(info.get("connected_slaves"));
		boolean saysWhatIsOnDisk = number(info.get("aof_enabled")) == 1 && number(info.get("aof_waits")) == 1;
		if (replicas == 0 && !saysWhatIsOnDisk) {
			return false;
		}
		commands.set(this.mark, this.mark);
		boolean survives = (replicas == 0 || commands.waitForReplication(replicas, millis) >= replicas)
				&& (!saysWhatIsOnDisk || isOnDisk(commands, millis));
		// Lettuce reconnects by itself: to another server, which has not seen our mark.
		return survives && incarnation(info(commands)).filter(incarnation::equals).isPresent();
	}

	private static boolean isOnDisk(RedisCommands<byte[], byte[]> commands, long millis) {
		CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE).add(1).add(0).add(millis);
		Object local = commands.dispatch(WAITAOF, new ArrayOutput<>(ByteArrayCodec.INSTANCE), arguments).get(0);
		return local instanceof Long number && number >= 1;
	}

	private static Optional<String> incarnation(Map<String, String> info) {
		String run = info.getOrDefault("run_id", "");
		String history = info.getOrDefault("master_replid", "");
		return run.isEmpty() ? Optional.empty() : Optional.of(run + ":" + history);
	}

	private static Map<String, String> info(RedisCommands<byte[], byte[]> commands) {
		Map<String, String> info = new TreeMap<>();
		commands.info().lines().forEach((line) -> {
			int colon = line.indexOf(':');
			if (colon > 0) {
				info.put(line.substring(0, colon), line.substring(colon + 1));
			}
		});
		if (isAtLeast72(info.getOrDefault("redis_version", ""))) {
			info.put("aof_waits", "1");
		}
		return info;
	}

	/** Valkey says 7.2.4 there, as what it is compatible with. */
	private static boolean isAtLeast72(String version) {
		String[] parts = version.split("\\.", 3);
		return parts.length > 1 && (number(parts[0]) > 7 || (number(parts[0]) == 7 && number(parts[1]) >= 2));
	}

	private static int number(@Nullable String text) {
		return (text != null && text.matches("\\d{1,9}")) ? Integer.parseInt(text) : 0;
	}

	@Override
	public void close() {
		this.connection.close();
	}

}
