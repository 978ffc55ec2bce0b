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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.JobState;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.redis.RedisJobStore;
import dev.aftercommit.store.redis.RedisStoreSettings;

/**
 * What a scene sees of jobs in Redis.
 */
final class RedisJobs implements AutoCloseable {

	private static final int MOST = 1000;

	private final int port;

	private final LettuceConnectionFactory connections;

	private final RedisJobStore store;

	private final String version;

	RedisJobs(int port) {
		this.port = port;
		this.connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port),
				LettuceClientConfiguration.builder().commandTimeout(Duration.ofSeconds(10)).build());
		this.connections.afterPropertiesSet();
		this.connections.start();
		this.store = new RedisJobStore(this.connections, RedisStoreSettings.DEFAULTS);
		this.version = version(this.connections);
	}

	private static String version(LettuceConnectionFactory connections) {
		try (RedisConnection connection = connections.getConnection()) {
			Properties server = connection.serverCommands().info("server");
			return String.valueOf((server != null) ? server.getProperty("redis_version") : null);
		}
	}

	int port() {
		return this.port;
	}

	String version() {
		return "Redis " + this.version;
	}

	Map<String, String> settings() {
		Map<String, String> settings = new LinkedHashMap<>();
		settings.put("aftercommit.store", "redis");
		settings.put("spring.data.redis.port", Integer.toString(this.port));
		settings.put("spring.data.redis.timeout", "2s");
		return settings;
	}

	/**
	 * Look jobs up.
	 * @param ids those that may be there
	 * @param kept those that an outbox keeps: what Redis doesn't have of them is on its
	 * way
	 */
	List<Ledger.Job> jobs(Collection<String> ids, Set<String> kept) {
		Map<UUID, JobStatus> found = new HashMap<>();
		List<UUID> all = new ArrayList<>(ids.stream().filter((id) -> id.length() == 36).map(UUID::fromString).toList());
		for (int from = 0; from < all.size(); from += MOST) {
			found.putAll(this.store.directory().find(all.subList(from, Math.min(all.size(), from + MOST))));
		}
		List<Ledger.Job> jobs = new ArrayList<>();
		found.forEach((id,
				status) -> jobs.add(new Ledger.Job(id.toString(), state(status.state()), status.attempts(),
						Ledger.micros(status.enqueuedAt()),
						(status.endedAt() != null) ? Ledger.micros(status.endedAt()) : null)));
		kept.stream()
			.filter((id) -> !found.containsKey(UUID.fromString(id)))
			.forEach((id) -> jobs.add(new Ledger.Job(id, "NOWHERE", 0, null)));
		return jobs;
	}

	/** How many keys the store has for keys of jobs. */
	long leftOfKeys() {
		try (RedisConnection connection = this.connections.getConnection()) {
			return Stream.of("*:held:*", "*:line:*", "*:unique:*", "*:blocked")
				.map((pattern) -> connection.keyCommands().keys(pattern.getBytes(StandardCharsets.UTF_8)))
				.mapToLong((keys) -> (keys != null) ? keys.size() : 0)
				.sum();
		}
	}

	private static String state(JobState state) {
		return switch (state) {
			case SCHEDULED, RETRYING, BLOCKED -> "WAITING";
			default -> state.name();
		};
	}

	@Override
	public void close() {
		this.store.close();
		this.connections.destroy();
	}

}
