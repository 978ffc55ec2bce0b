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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.testing.RedisProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

/**
 * What is said of real servers that are set up so.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisCheckTests {

	private static final String[] AOF = { "--appendonly", "yes" };

	private static List<RedisProblem> problems(RedisProcess redis) {
		LettuceConnectionFactory connections = connect(redis);
		try {
			return new RedisCheck(connections).problems();
		}
		finally {
			connections.destroy();
		}
	}

	private static LettuceConnectionFactory connect(RedisProcess redis) {
		// Lettuce's own minute would be waited for where Redis is killed.
		return started(new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", redis.port()),
				LettuceClientConfiguration.builder().commandTimeout(Duration.ofSeconds(5)).build()));
	}

	private static LettuceConnectionFactory started(LettuceConnectionFactory connections) {
		connections.afterPropertiesSet();
		connections.start();
		return connections;
	}

	private static String[] with(String... settings) {
		List<String> all = new ArrayList<>(List.of(AOF));
		all.addAll(List.of(settings));
		return all.toArray(String[]::new);
	}

	@Test
	void nothingIsWrongWithAnAppendOnlyFileAndNoEviction() {
		try (RedisProcess redis = RedisProcess.start(with("--maxmemory", "64mb"))) {
			assertThat(problems(redis)).isEmpty();
		}
	}

	@Test
	void persistenceThatIsOffIsAWarning() {
		try (RedisProcess redis = RedisProcess.start()) {
			assertThat(problems(redis)).singleElement().satisfies((problem) -> {
				assertThat(problem.refused()).isFalse();
				assertThat(problem.what()).contains("nothing to disk");
				assertThat(problem.mend()).contains("appendonly yes");
			});
		}
	}

	@Test
	void snapshotsAloneAreAWarning() {
		try (RedisProcess redis = RedisProcess.start("--save", "3600 1")) {
			assertThat(problems(redis)).singleElement().satisfies((problem) -> {
				assertThat(problem.refused()).isFalse();
				assertThat(problem.what()).contains("only snapshots").contains("3600 1");
			});
		}
	}

	@Test
	void evictionIsARefusalIfThereIsALimitAndAWarningIfThereIsNone() {
		try (RedisProcess redis = RedisProcess
			.start(with("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-random"))) {
			assertThat(problems(redis)).singleElement().satisfies((problem) -> {
				assertThat(problem.refused()).isTrue();
				assertThat(problem.what()).contains("allkeys-random");
				assertThat(problem.mend()).contains("maxmemory-policy noeviction");
			});
		}
		try (RedisProcess redis = RedisProcess.start(with("--maxmemory-policy", "allkeys-lru"))) {
			assertThat(problems(redis)).singleElement().satisfies((problem) -> assertThat(problem.refused()).isFalse());
		}
	}

	@Test
	void aReplicaIsARefusal() {
		try (RedisProcess primary = RedisProcess.start(AOF);
				RedisProcess replica = RedisProcess.start(with("--replicaof", "127.0.0.1 " + primary.port()))) {
			assertThat(problems(replica)).first().satisfies((problem) -> {
				assertThat(problem.refused()).isTrue();
				assertThat(problem.what()).contains("replica");
				assertThat(problem.mend()).contains("spring.data.redis.sentinel");
			});
			assertThat(problems(primary)).isEmpty();
		}
	}

	@Test
	void providersThatHideWhatTheyAreAreBelieved() {
		try (RedisProcess redis = RedisProcess.start("--rename-command", "CONFIG", "", "--rename-command", "INFO",
				"")) {
			assertThat(problems(redis)).isEmpty();
		}
		try (RedisProcess redis = RedisProcess.start("--rename-command", "CONFIG", "")) {
			assertThat(problems(redis)).singleElement()
				.satisfies((problem) -> assertThat(problem.what()).contains("no append-only file"));
		}
	}

	@Test
	void anOldVersionIsARefusal() {
		assertThat(problemsOfVersion("6.0.16")).singleElement().satisfies((problem) -> {
			assertThat(problem.refused()).isTrue();
			assertThat(problem.what()).contains("6.0.16");
			assertThat(problem.mend()).contains("6.2");
		});
		for (String version : List.of("6.2.0", "7.0.15", "8.2.1", "10.0.0", "unknown")) {
			assertThat(problemsOfVersion(version)).as(version).isEmpty();
		}
	}

	private static List<RedisProblem> problemsOfVersion(String version) {
		Properties info = new Properties();
		info.setProperty("redis_version", version);
		RedisConnectionFactory connections = mock(RedisConnectionFactory.class);
		RedisConnection connection = mock(RedisConnection.class, RETURNS_DEEP_STUBS);
		given(connections.getConnection()).willReturn(connection);
		given(connection.serverCommands().info()).willReturn(info);
		return new RedisCheck(connections).problems();
	}

	@Test
	void beyondThisMachineAPasswordAndEncryptionAreAskedFor() {
		RedisStandaloneConfiguration elsewhere = new RedisStandaloneConfiguration("192.0.2.1", 6379);
		assertThat(exposure(new LettuceConnectionFactory(elsewhere))).extracting(RedisProblem::what)
			.hasSize(2)
			.anyMatch((what) -> what.contains("no password"))
			.anyMatch((what) -> what.contains("not encrypted"));
		elsewhere.setPassword(RedisPassword.of("secret"));
		assertThat(exposure(new LettuceConnectionFactory(elsewhere))).extracting(RedisProblem::what)
			.singleElement()
			.asString()
			.contains("not encrypted");
		assertThat(exposure(
				new LettuceConnectionFactory(elsewhere, LettuceClientConfiguration.builder().useSsl().build())))
			.isEmpty();
		assertThat(exposure(new LettuceConnectionFactory(
				new RedisClusterConfiguration(List.of("127.0.0.1:7000", "192.0.2.1:7000")))))
			.hasSize(2);
		assertThat(exposure(new LettuceConnectionFactory(
				new RedisSentinelConfiguration("main", java.util.Set.of("127.0.0.1:26379")))))
			.isEmpty();
		assertThat(exposure(new LettuceConnectionFactory("localhost", 6379))).isEmpty();
	}

	private static List<RedisProblem> exposure(LettuceConnectionFactory connections) {
		List<RedisProblem> problems = new ArrayList<>();
		RedisExposure.check(connections, problems);
		return problems;
	}

	@Test
	@Tag("full")
	void whatChangesWhileTheApplicationRunsIsSaidOnce(CapturedOutput output) {
		try (RedisProcess redis = RedisProcess.start(with("--maxmemory", "64mb"))) {
			LettuceConnectionFactory connections = connect(redis);
			RedisWatch watch = new RedisWatch(new RedisCheck(connections));
			try {
				watch.afterPropertiesSet();
				try (RedisConnection connection = connections.getConnection()) {
					connection.serverCommands().setConfig("maxmemory-policy", "allkeys-lru");
				}
				watch.look();
				watch.look();
				assertThat(output.getOut().split("Redis evicts jobs in silence", -1)).hasSize(2);
				redis.kill();
				assertThat(watch.look()).isEmpty();
				redis.restart();
				await().atMost(Duration.ofMinutes(1)).until(() -> watch.look().isEmpty());
				try (RedisConnection connection = connections.getConnection()) {
					connection.serverCommands().setConfig("maxmemory-policy", "allkeys-lru");
				}
				assertThatExceptionOfType(JobConfigurationException.class)
					.isThrownBy(() -> new RedisWatch(new RedisCheck(connections)).afterPropertiesSet());
			}
			finally {
				watch.destroy();
				connections.destroy();
			}
		}
	}

}
