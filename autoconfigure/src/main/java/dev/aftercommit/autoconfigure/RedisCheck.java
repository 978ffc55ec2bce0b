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

package dev.aftercommit.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Asks Redis whether it is one that loses no jobs. Providers that hide an answer are
 * believed.
 */
class RedisCheck {

	private static final Logger logger = LoggerFactory.getLogger(RedisCheck.class);

	private final RedisConnectionFactory connections;

	RedisCheck(RedisConnectionFactory connections) {
		this.connections = connections;
	}

	/**
	 * Ask.
	 * @return what is wrong, worst first
	 * @throws DataAccessException if Redis can't be reached
	 */
	List<RedisProblem> problems() {
		List<RedisProblem> problems = new ArrayList<>();
		try (RedisConnection connection = this.connections.getConnection()) {
			connection.ping();
			for (Map<String, String> info : info(connection).values()) {
				checkVersion(info, problems);
				checkRole(info, problems);
				checkEviction(info, problems);
				checkPersistence(info, setting(connection, "save"), problems);
			}
		}
		RedisExposure.check(this.connections, problems);
		return problems.stream().distinct().sorted().toList();
	}

	private static void checkVersion(Map<String, String> info, List<RedisProblem> problems) {
		String version = info.getOrDefault("redis_version", "");
		String[] parts = version.split("\\.", 3);
		boolean known = parts.length > 1 && parts[0].matches("\\d{1,4}") && parts[1].matches("\\d{1,4}");
		if (known && Integer.parseInt(parts[0]) * 10_000 + Integer.parseInt(parts[1]) < 60_002) {
			problems.add(RedisProblem.refusal("Redis is of version " + version + ", which is too old to keep jobs in.",
					"Use Redis 6.2 or later, or Valkey."));
		}
	}

	private static void checkRole(Map<String, String> info, List<RedisProblem> problems) {
		if ("slave".equals(info.get("role")) && !"1".equals(info.get("cluster_enabled"))) {
			problems.add(RedisProblem.refusal("Redis is a replica, which takes no writes.",
					"Let 'spring.data.redis.host' lead to its primary, or name its sentinels in"
							+ " 'spring.data.redis.sentinel', so that the primary is found after a failover, too."));
		}
	}

	private static void checkEviction(Map<String, String> info, List<RedisProblem> problems) {
		String policy = info.getOrDefault("maxmemory_policy", "");
		if (!policy.startsWith("allkeys-")) {
			return;
		}
		String mend = "Set 'maxmemory-policy noeviction' in redis.conf and by CONFIG SET: a full Redis then refuses"
				+ " jobs, which loses none. Caches need a Redis of their own.";
		if ("0".equals(info.get("maxmemory"))) {
			problems.add(RedisProblem.warning("Redis would evict jobs in silence as soon as it had a limit of memory"
					+ " ('maxmemory-policy' is '" + policy + "').", mend));
		}
		else {
			problems.add(RedisProblem.refusal(
					"Redis evicts jobs in silence when it is full ('maxmemory-policy' is '" + policy + "').", mend));
		}
	}

	private static void checkPersistence(Map<String, String> info, @Nullable String save, List<RedisProblem> problems) {
		if (!"0".equals(info.get("aof_enabled"))) {
			return;
		}
		String mend = "Set 'appendonly yes' and 'appendfsync everysec' in redis.conf and by CONFIG SET.";
		if (save != null && save.isBlank()) {
			problems.add(RedisProblem.warning(
					"Redis writes nothing to disk: all jobs that it has are lost when it crashes or restarts.", mend));
		}
		else if (save != null) {
			problems.add(RedisProblem.warning("Redis writes only snapshots to disk ('save' is '" + save
					+ "'): jobs that it took since the last one are lost when it crashes.", mend));
		}
		else {
			problems.add(RedisProblem
				.warning("Redis keeps no append-only file: jobs that it took lately are lost when it crashes.", mend));
		}
	}

	/**
	 * What each server says of itself; nothing if it must not.
	 */
	private static Map<String, Map<String, String>> info(RedisConnection connection) {
		Map<String, Map<String, String>> servers = new LinkedHashMap<>();
		try {
			Properties all = connection.serverCommands().info();
			if (all != null) {
				// In a cluster, the names begin with host, port and a dot.
				all.stringPropertyNames().forEach((name) -> {
					int dot = name.lastIndexOf('.');
					servers.computeIfAbsent(name.substring(0, Math.max(0, dot)), (server) -> new LinkedHashMap<>())
						.put(name.substring(dot + 1), all.getProperty(name));
				});
			}
		}
		catch (DataAccessException ex) {
			logger.debug("Redis does not say what it is", ex);
		}
		return servers;
	}

	private static @Nullable String setting(RedisConnection connection, String name) {
		try {
			Properties found = connection.serverCommands().getConfig(name);
			Set<String> names = (found != null) ? found.stringPropertyNames() : Set.of();
			return names.stream()
				.filter((each) -> each.equals(name) || each.endsWith("." + name))
				.findFirst()
				.map(found::getProperty)
				.orElse(null);
		}
		catch (DataAccessException | UnsupportedOperationException ex) {
			logger.debug("Redis does not say how '{}' is set", name, ex);
			return null;
		}
	}

}
