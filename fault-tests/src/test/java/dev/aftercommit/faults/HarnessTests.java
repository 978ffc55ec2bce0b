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

package dev.aftercommit.faults;

import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.faults.harness.Postgres;
import dev.aftercommit.faults.harness.Proxy;
import dev.aftercommit.faults.harness.Proxy.Commits;
import dev.aftercommit.testing.RedisProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent with kill")
class HarnessTests {

	private final Postgres postgres = Postgres.shared();

	private JdbcTemplate direct;

	@BeforeEach
	void createTable() {
		this.postgres.createDatabase("harness");
		this.direct = this.postgres.jdbc("harness");
		this.direct.execute("CREATE TABLE entry (id integer PRIMARY KEY)");
	}

	@Test
	void aCommitWhoseAnswerIsCutIsThereAlthoughItsCallerWasToldOfAnError() throws Exception {
		try (Proxy proxy = new Proxy(this.postgres.port()); Connection connection = connect(proxy)) {
			insert(connection, 1);
			connection.commit();
			proxy.commits(Commits.CUT_AFTER, 1);
			insert(connection, 2);
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
			assertThat(proxy.cuts()).isOne();
			assertThat(entries()).isEqualTo(2);
		}
	}

	@Test
	void aCommitThatIsCutBeforeTheServerIsNotThere() throws Exception {
		try (Proxy proxy = new Proxy(this.postgres.port()); Connection connection = connect(proxy)) {
			proxy.commits(Commits.CUT_BEFORE, 1);
			insert(connection, 1);
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
			assertThat(proxy.cuts()).isOne();
			assertThat(entries()).isZero();
		}
	}

	@Test
	void aCommitUnderANamedStatementIsCutToo() throws Exception {
		try (Proxy proxy = new Proxy(this.postgres.port())) {
			proxy.commits(Commits.CUT_AFTER, 20);
			int failed = 0;
			try (Connection connection = connect(proxy)) {
				for (int i = 0; i < 20; i++) {
					insert(connection, i);
					connection.commit();
				}
			}
			catch (SQLException ex) {
				failed++;
			}
			assertThat(failed).isOne();
			assertThat(entries()).isEqualTo(20);
		}
	}

	@Test
	void aBlackHoleSwallowsUntilItIsHealed() throws Exception {
		try (Proxy proxy = new Proxy(this.postgres.port()); Connection connection = connect(proxy)) {
			proxy.blackHole();
			CompletableFuture<Void> inserting = CompletableFuture.runAsync(() -> insert(connection, 1));
			assertThat(inserting).failsWithin(Duration.ofMillis(300)).withThrowableOfType(TimeoutException.class);
			proxy.heal();
			inserting.get(30, TimeUnit.SECONDS);
			connection.commit();
			assertThat(entries()).isOne();
		}
	}

	@Test
	void latencyDelaysEachRoundTrip() throws Exception {
		try (Proxy proxy = new Proxy(this.postgres.port()); Connection connection = connect(proxy)) {
			long before = proxy.statements();
			proxy.latency(Duration.ofMillis(200));
			long start = System.nanoTime();
			insert(connection, 1);
			connection.commit();
			assertThat(System.nanoTime() - start).isGreaterThan(Duration.ofMillis(400).toNanos());
			assertThat(proxy.statements() - before).isBetween(2L, 3L);
		}
	}

	@Test
	void aResetEndsConnections() throws Exception {
		try (Proxy proxy = new Proxy(this.postgres.port()); Connection connection = connect(proxy)) {
			proxy.reset();
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> insert(connection, 1));
		}
	}

	@Test
	void beforeAnotherServerItIsAPipeThatCanSwallow() throws Exception {
		try (RedisProcess redis = RedisProcess.start();
				Proxy proxy = Proxy.blind(redis.port());
				Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
			byte[] ping = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
			byte[] pong = "+PONG\r\n".getBytes(StandardCharsets.US_ASCII);
			socket.getOutputStream().write(ping);
			assertThat(socket.getInputStream().readNBytes(pong.length)).isEqualTo(pong);
			proxy.blackHole();
			socket.getOutputStream().write(ping);
			socket.setSoTimeout(300);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> socket.getInputStream().read());
			socket.setSoTimeout(30_000);
			proxy.heal();
			assertThat(socket.getInputStream().readNBytes(pong.length)).isEqualTo(pong);
		}
	}

	@Test
	void aCrashOfTheServerKeepsWhatWasCommittedAndNothingElse() throws Exception {
		try (Connection connection = DriverManager.getConnection(Postgres.url(this.postgres.port(), "harness"))) {
			connection.setAutoCommit(false);
			insert(connection, 1);
			connection.commit();
			insert(connection, 2);
			this.postgres.restartImmediately();
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
		}
		assertThat(this.direct.queryForObject("SHOW fsync", String.class)).isEqualTo("on");
		assertThat(entries()).isOne();
	}

	private int entries() {
		return this.direct.queryForObject("SELECT count(*) FROM entry", Integer.class);
	}

	private static Connection connect(Proxy proxy) throws SQLException {
		Connection connection = DriverManager.getConnection(Postgres.url(proxy.port(), "harness"));
		connection.setAutoCommit(false);
		return connection;
	}

	private static void insert(Connection connection, int id) {
		try (Statement statement = connection.createStatement()) {
			statement.execute("INSERT INTO entry VALUES (" + id + ")");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
