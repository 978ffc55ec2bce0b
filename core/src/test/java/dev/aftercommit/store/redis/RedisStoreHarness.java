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
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.StoreHarness;
import dev.aftercommit.testing.RedisServer;

/**
 * A store with keys of its own, and a clock that can be moved. Redis stays as it is when
 * it is closed: the next store has other keys.
 */
final class RedisStoreHarness implements StoreHarness {

	/** Names of keys that name the job, or that hold anything that does. */
	private static final String TRACES = """
			local read = { hash = { 'HGETALL' }, set = { 'SMEMBERS' }, string = { 'GET' }, zset = { 'ZRANGE', 0, -1 },
				list = { 'LRANGE', 0, -1 } }
			local found = {}
			for _, key in ipairs(redis.call('KEYS', KEYS[1])) do
				local how = read[redis.call('TYPE', key).ok]
				local values = redis.call(how[1], key, unpack(how, 2))
				local text = type(values) == 'table' and table.concat(values, ' ') or values
				if (key .. ' ' .. text):find(ARGV[1], 1, true) then
					found[#found + 1] = key
				end
			end
			return found""";

	private final String prefix = "test-" + UUID.randomUUID();

	private final AtomicReference<Duration> clockOffset = new AtomicReference<>(Duration.ZERO);

	private final LettuceConnectionFactory connections;

	private final RedisJobStore store;

	RedisStoreHarness(LettuceConnectionFactory connections) {
		this(connections, RedisStoreSettings.DEFAULTS.historyLimit());
	}

	RedisStoreHarness(LettuceConnectionFactory connections, int historyLimit) {
		this.connections = connections;
		this.store = new RedisJobStore(connections, new RedisStoreSettings(this.prefix, historyLimit),
				this.clockOffset::get);
	}

	/** To the Redis of this JVM. */
	static LettuceConnectionFactory connect() {
		return connect(RedisServer.instance());
	}

	static LettuceConnectionFactory connect(RedisServer server) {
		return connect(server, Duration.ofSeconds(60));
	}

	static LettuceConnectionFactory connect(RedisServer server, Duration commandTimeout) {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(server.host(), server.port());
		if (server.password() != null) {
			configuration.setPassword(server.password());
		}
		return started(new LettuceConnectionFactory(configuration,
				LettuceClientConfiguration.builder().commandTimeout(commandTimeout).build()));
	}

	static LettuceConnectionFactory started(LettuceConnectionFactory connections) {
		connections.afterPropertiesSet();
		connections.start();
		return connections;
	}

	/** A key of this store. */
	String key(String name) {
		return "{" + this.prefix + "}:" + name;
	}

	RedisConnectionFactory connections() {
		return this.connections;
	}

	String prefix() {
		return this.prefix;
	}

	/** An answer as text, of a command that is none of Spring's. */
	String execute(String command, String... arguments) {
		byte[][] bytes = new byte[arguments.length][];
		for (int i = 0; i < arguments.length; i++) {
			bytes[i] = Redis.bytes(arguments[i]);
		}
		try (RedisConnection connection = this.connections.getConnection()) {
			Object answer = connection.execute(command, bytes);
			return (answer instanceof byte[] text) ? new String(text, StandardCharsets.UTF_8)
					: Objects.toString(answer);
		}
	}

	@Override
	public JobStore store() {
		return this.store;
	}

	@Override
	public void advance(Duration duration) {
		this.clockOffset.accumulateAndGet(duration, Duration::plus);
	}

	@Override
	public Set<String> traces(UUID id) {
		try (RedisConnection connection = this.connections.getConnection()) {
			List<byte[]> traces = connection.scriptingCommands()
				.eval(Redis.bytes(TRACES), ReturnType.MULTI, 1, Redis.bytes(key("*")), Redis.bytes(id.toString()));
			return Objects.requireNonNull(traces)
				.stream()
				.map((key) -> new String(key, StandardCharsets.UTF_8))
				.collect(Collectors.toSet());
		}
	}

	@Override
	public void close() {
		this.store.close();
	}

}
