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

package dev.aftercommit.worker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * Rows that nobody enqueued, written by SQL: whatever they say, only registered handlers
 * run, only declared types are bound, no class is loaded, nobody is called up, and all
 * other jobs run.
 */
class HostileRowTests {

	private static final AtomicLong SEQUENCE = new AtomicLong(1_000_000);

	@Test
	void rowsInH2BindToRegisteredHandlersAndDeclaredTypesOnly() {
		insertAndRun(TestDatabases.h2Memory(), "Gadget");
	}

	@Test
	void rowsInPostgresBindToRegisteredHandlersAndDeclaredTypesOnly() {
		insertAndRun(TestDatabases.postgres(), "OtherGadget");
	}

	private static void insertAndRun(TestDatabase database, String gadget) {
		// By its name only: nobody may load it.
		String name = HostileRowJobs.class.getName() + "$" + gadget;
		HostileRowJobs.LOADED.clear();
		Quiet.logs(() -> assertThatNoException().isThrownBy(() -> run(database, name)));
		assertThat(HostileRowJobs.LOADED).isEmpty();
		assertThatNoException().isThrownBy(() -> Class.forName(name));
		assertThat(HostileRowJobs.LOADED).containsExactly(gadget);
	}

	private static void run(TestDatabase database, String gadget) throws Exception {
		try (database;
				HikariDataSource pool = database.pool(4);
				ServerSocket trap = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
				WholeEngine engine = new WholeEngine(pool, JdbcStoreSettings.DEFAULTS, HostileRowJobs.class,
						(settings) -> settings)) {
			int port = trap.getLocalPort();
			HostileRowJobs jobs = engine.bean(HostileRowJobs.class);
			Map<UUID, String> unreadable = new HashMap<>();
			for (String arguments : unreadable(gadget, port, database.isPostgres())) {
				for (String name : List.of("number", "order")) {
					unreadable.put(insert(engine, name, "default", arguments, ""), arguments);
				}
			}
			List<UUID> unknown = new ArrayList<>();
			names(gadget, port).forEach((name) -> unknown.add(insert(engine, name, "default", "[1]", "")));
			List<UUID> harmless = new ArrayList<>();
			List<String> texts = texts(gadget, port);
			texts.forEach((text) -> harmless.add(insert(engine, "text", "default", "[\"" + text + "\"]", "")));
			headers(gadget, port)
				.forEach((headers) -> harmless.add(insert(engine, "number", "default", "[1]", headers)));
			harmless.add(insert(engine, "number", "'; DROP TABLE aftercommit_job; --", "[2]", ""));
			harmless.add(insert(engine, "tree", "default", "[{\"@class\":\"" + gadget + "\"}]", ""));
			// The claim believes the one row, the run the other.
			unknown.add(insert(engine, "nobody", "number", "default", "[4]", ""));
			harmless.add(insert(engine, "number", "text", "default", "[1]", ""));
			UUID last = insert(engine, "number", "default", "[3]", "");
			awaitState(engine, last, JobState.SUCCEEDED);
			await().atMost(WorkersHarness.PATIENCE)
				.until(() -> engine.store.directory().count().get(JobState.ENQUEUED).value() == unknown.size()
						&& engine.store.directory().count().get(JobState.RUNNING).value() == 0);
			assertThat(harmless).allSatisfy((id) -> assertThat(state(engine, id)).isEqualTo(JobState.SUCCEEDED));
			unreadable.forEach((id, arguments) -> {
				assertThat(state(engine, id)).as(start(arguments)).isEqualTo(JobState.DEAD);
				JobStatus status = engine.store.directory().find(List.of(id)).get(id);
				assertThat(status.reason()).as(start(arguments)).isEqualTo(DeadReason.UNREADABLE);
				assertThat(status.attempts()).isEqualTo(1);
				assertThat(status.failure().text()).doesNotContain("ldap:").doesNotContain(gadget);
			});
			unknown.forEach((id) -> assertThat(state(engine, id)).isEqualTo(JobState.ENQUEUED));
			assertThat(jobs.ran()).filteredOn((each) -> !texts.contains(each))
				.containsOnly(1L, 2L, 3L, "{\"@class\":\"" + gadget + "\"}");
			assertThat(jobs.ran()).containsAll(texts);
			storedExceptionsAreText(engine, gadget);
			assertThat(called(trap)).isFalse();
			new Socket(trap.getInetAddress(), port).close();
			assertThat(called(trap)).isTrue();
		}
	}

	private static void storedExceptionsAreText(WholeEngine engine, String gadget) {
		UUID id = insert(engine, "number", "default", "[\"no number\"]", "");
		awaitState(engine, id, JobState.DEAD);
		engine.jdbc.update("UPDATE aftercommit_attempt SET error_type = ?, error_text = ? WHERE job_id = ?", gadget,
				"${jndi:ldap://127.0.0.1:1/x}", id);
		JobStatus status = engine.store.directory().find(List.of(id)).get(id);
		assertThat(status.failure().type()).isEqualTo(gadget);
		assertThat(status.failure().text()).isEqualTo("${jndi:ldap://127.0.0.1:1/x}");
	}

	private static List<String> unreadable(String gadget, int port, boolean postgres) throws IOException {
		byte[] serialized = serialized();
		List<String> texts = new ArrayList<>(List.of("", " ", "[]", "{}", "null", "[1,2]", "[\"1\"]", gadget,
				"[\"" + gadget + "\"]", "[\"" + gadget + "\",{}]", "[[\"" + gadget + "\",{}]]",
				"[{\"@class\":\"" + gadget + "\"}]", "{\"@class\":\"" + gadget + "\"}",
				"[{\"@type\":\"" + gadget + "\",\"id\":\"x\"}]",
				"[{\"id\":{\"@class\":\"" + gadget + "\"},\"tags\":[],\"parts\":{}}]",
				"[{\"id\":1,\"tags\":[{\"@class\":\"" + gadget + "\"}],\"parts\":{}}]",
				"[\"com.sun.rowset.JdbcRowSetImpl\",{\"dataSourceName\":\"ldap://127.0.0.1:" + port
						+ "/x\",\"autoCommit\":true}]",
				"[[\"org.springframework.context.support.ClassPathXmlApplicationContext\",\"http://127.0.0.1:" + port
						+ "/x.xml\"]]",
				"${jndi:ldap://127.0.0.1:" + port + "/x}", "[\"${jndi:ldap://127.0.0.1:" + port + "/x}\"]",
				"#{T(java.lang.Class).forName('" + gadget + "').newInstance()}",
				"[\"#{T(java.lang.Class).forName('" + gadget + "').newInstance()}\"]",
				"!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://127.0.0.1:"
						+ port + "/\"]]]]",
				"<java><object class=\"" + gadget + "\"/></java>",
				"<!DOCTYPE x [<!ENTITY e SYSTEM \"http://127.0.0.1:" + port + "/\">]><x>&e;</x>",
				Base64.getEncoder().encodeToString(serialized),
				"[\"" + Base64.getEncoder().encodeToString(serialized) + "\"]",
				new String(serialized, StandardCharsets.ISO_8859_1).replace('\0', ' '), "[".repeat(20_000),
				"[".repeat(20_000) + "]".repeat(20_000), "[" + "{\"a\":".repeat(10_000),
				"[" + "9".repeat(200_000) + "]", "[1e" + "9".repeat(100) + "]", "[\"" + "x".repeat(1_000_000) + "\"]",
				"[9007199254740993.5]"));
		if (postgres) {
			texts.add("[\"" + "x".repeat(10 * 1024 * 1024) + "\"]");
		}
		return texts;
	}

	private static List<String> names(String gadget, int port) {
		return List.of(gadget, HostileRowJobs.class.getName() + ".number", "java.lang.Runtime.exec", "Number",
				"number ", "${jndi:ldap://127.0.0.1:" + port + "/x}", "#{T(java.lang.Runtime).getRuntime()}",
				"number'; DROP TABLE aftercommit_job; --", "%", "numbe_");
	}

	private static List<String> texts(String gadget, int port) {
		return List.of("${jndi:ldap://127.0.0.1:" + port + "/x}", "#{T(java.lang.Runtime).getRuntime().exec('x')}",
				gadget, "'; DROP TABLE aftercommit_job; --", "<script>alert(1)</script>", "{} %s %n {}");
	}

	private static List<String> headers(String gadget, int port) {
		return List.of("traceparent=${jndi:ldap://127.0.0.1:" + port + "/x}", "%", "%zz=%", "&&==&=", "a", "=a",
				"%00=%00", "class=" + gadget, "x".repeat(1_000_000), "a=b&".repeat(10_000), "traceparent=00-zz-zz-01");
	}

	private static byte[] serialized() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
			out.writeObject(new ArrayList<>(List.of("a", 1L)));
		}
		return bytes.toByteArray();
	}

	private static boolean called(ServerSocket trap) throws IOException {
		trap.setSoTimeout(200);
		try (Socket caller = trap.accept()) {
			return caller.isBound();
		}
		catch (SocketTimeoutException ex) {
			return false;
		}
	}

	private static UUID insert(WholeEngine engine, String name, String queue, String arguments, String headers) {
		return insert(engine, name, name, queue, arguments, headers);
	}

	private static UUID insert(WholeEngine engine, String name, String nameInReady, String queue, String arguments,
			String headers) {
		UUID id = UUID.randomUUID();
		long sequence = SEQUENCE.incrementAndGet();
		engine.transaction.executeWithoutResult((status) -> {
			engine.jdbc.update("""
					INSERT INTO aftercommit_job (seq, enqueued_at, id, priority, queue, name, headers, arguments)
					VALUES (?, CURRENT_TIMESTAMP, ?, 0, ?, ?, ?, ?)""", sequence, id, queue, name, headers, arguments);
			engine.jdbc.update("""
					INSERT INTO aftercommit_ready (seq, due_at, id, attempt, priority, queue, name)
					VALUES (?, CURRENT_TIMESTAMP, ?, 0, 0, ?, ?)""", sequence, id, queue, nameInReady);
		});
		return id;
	}

	private static JobStatus awaitState(WholeEngine engine, UUID id, JobState state) {
		await().atMost(WorkersHarness.PATIENCE).until(() -> state(engine, id), state::equals);
		return engine.store.directory().find(List.of(id)).get(id);
	}

	private static JobState state(WholeEngine engine, UUID id) {
		return engine.store.directory().find(List.of(id)).get(id).state();
	}

	private static String start(String text) {
		return text.substring(0, Math.min(100, text.length()));
	}

}
