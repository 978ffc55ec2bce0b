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

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Whether the way to Redis leads beyond this machine without a password, or without
 * encryption.
 */
final class RedisExposure {

	private RedisExposure() {
	}

	/**
	 * Look at the client's settings: Redis is asked nothing.
	 * @param connections the client
	 * @param problems where to put what is wrong
	 */
	static void check(RedisConnectionFactory connections, List<RedisProblem> problems) {
		if (!(connections instanceof LettuceConnectionFactory lettuce) || isHere(lettuce)) {
			return;
		}
		if (lettuce.getPassword() == null || lettuce.getPassword().isEmpty()) {
			problems.add(RedisProblem.warning("Redis is on another machine and asks for no password.",
					"Set 'requirepass', or users, in redis.conf, and 'spring.data.redis.password': whoever can write"
							+ " there can run any background job with any arguments."));
		}
		if (!lettuce.isUseSsl()) {
			problems.add(RedisProblem.warning("Redis is on another machine and the way there is not encrypted.",
					"Set 'spring.data.redis.ssl.enabled' to true where Redis speaks TLS: jobs' arguments and results,"
							+ " and Redis' password, can be read on the way."));
		}
	}

	private static boolean isHere(LettuceConnectionFactory lettuce) {
		return hosts(lettuce).allMatch(RedisExposure::isLoopback);
	}

	private static Stream<String> hosts(LettuceConnectionFactory lettuce) {
		RedisClusterConfiguration cluster = lettuce.getClusterConfiguration();
		if (cluster != null) {
			return cluster.getClusterNodes().stream().map(RedisExposure::host);
		}
		RedisSentinelConfiguration sentinel = lettuce.getSentinelConfiguration();
		if (sentinel != null) {
			return sentinel.getSentinels().stream().map(RedisExposure::host);
		}
		return (lettuce.getSocketConfiguration() != null) ? Stream.empty() : Stream.of(lettuce.getHostName());
	}

	private static String host(RedisNode node) {
		return (node.getHost() != null) ? node.getHost() : "localhost";
	}

	private static boolean isLoopback(String host) {
		try {
			return InetAddress.getByName(host).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			// Whether it is there at all is for the connection to find out.
			return false;
		}
	}

}
