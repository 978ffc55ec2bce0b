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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

import dev.aftercommit.faults.app.FaultApplication;
import dev.aftercommit.faults.harness.Ledger.Run;
import dev.aftercommit.testing.RedisProcess;

/**
 * Where one fault is played: a database, nodes, callers, and the ledger of what happened.
 */
public final class Scene implements AutoCloseable {

	/** The lease of all scenes, shorter than in production to save minutes. */
	public static final Duration LEASE = Duration.ofSeconds(3);

	/**
	 * How long to wait for what is asked no speed of: a starved machine gets there, too.
	 */
	public static final Duration PATIENCE = Duration.ofMinutes(5);

	private static final Path DIRECTORY = Path.of(System.getProperty("faults.directory", "target/faults"))
		.toAbsolutePath();

	/** Two seconds, which Redis counts in whole ones. */
	private static final Duration UNWRITTEN = Duration.ofSeconds(3);

	private final Path directory;

	private final Database database;

	private JdbcTemplate jdbc;

	private final Map<String, String> expected = new ConcurrentHashMap<>();

	private final Map<String, Long> crashes = new HashMap<>();

	private final List<AutoCloseable> parts = new ArrayList<>();

	private final List<Long> recoveries = new ArrayList<>();

	private final List<Ledger.Gap> gaps = new ArrayList<>();

	private @Nullable RedisJobs redis;

	private Duration lease = LEASE;

	private boolean stored = true;

	private boolean bestEffort;

	private Scene(String name, Database database) {
		this.directory = DIRECTORY.resolve(name);
		this.database = database;
		try {
			FileSystemUtils.deleteRecursively(this.directory);
			Files.createDirectories(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.jdbc = database.jdbc();
		this.jdbc.execute("CREATE TABLE fault_call (id varchar(200) PRIMARY KEY, job_id uuid)");
		this.jdbc.execute("CREATE TABLE fault_effect (id varchar(200) NOT NULL, node varchar(100) NOT NULL)");
	}

	/**
	 * A scene whose jobs are in a store of this kind, with business rows in PostgreSQL. A
	 * Redis is its own, and syncs to its disk every second.
	 */
	public static Scene on(StoreKind kind, String name) {
		if (kind == StoreKind.POSTGRES) {
			return onPostgres(name);
		}
		Scene scene = onPostgres(name + "_" + kind.name());
		scene.onRedis(scene.with(RedisProcess.start("--appendonly", "yes", "--appendfsync", "everysec")).port());
		if (kind == StoreKind.REDIS_BEST_EFFORT) {
			scene.bestEffort();
		}
		return scene;
	}

	/** A scene on a database of its own on the shared PostgreSQL. */
	public static Scene onPostgres(String name) {
		return new Scene(name, Database.postgres(name));
	}

	/** A scene on H2 in a file below the scene's directory: one JVM at a time. */
	public static Scene onH2File(String name) {
		return new Scene(name + "-h2-file", Database.h2File(DIRECTORY.resolve(name + "-h2-file").resolve("db")));
	}

	/** A scene on H2 in memory: all of it is inside the JVM of the test. */
	public static Scene onH2(String name) {
		return new Scene(name + "-h2", Database.h2(name));
	}

	public Database database() {
		return this.database;
	}

	public JdbcTemplate jdbc() {
		return this.jdbc;
	}

	public Path directory() {
		return this.directory;
	}

	/** A scene without a store: only the ledger's own tables are read. */
	public void withoutStore() {
		this.stored = false;
	}

	/**
	 * Jobs are in Redis, and the database has the business rows and the outbox.
	 * @param port where it listens
	 */
	public void onRedis(int port) {
		this.redis = with(new RedisJobs(port));
	}

	/**
	 * What a JVM that dies has not written to the store is lost, as documented; in Redis,
	 * because there is no outbox.
	 */
	public void bestEffort() {
		this.bestEffort = true;
	}

	boolean isBestEffort() {
		return this.bestEffort;
	}

	/** Whether the store can take part in transactions. */
	public boolean joins() {
		return this.redis == null;
	}

	/** What jobs are kept in, for the report. */
	String store() {
		if (this.redis == null) {
			return this.database.product();
		}
		return this.redis.version() + (this.bestEffort ? ", best-effort" : ", outbox in " + this.database.product());
	}

	/** Redis is away at this moment, and will have nothing of what it knew. */
	public void storeForgot() {
		this.gaps.add(new Ledger.Gap(Long.MIN_VALUE, Ledger.micros(Instant.now())));
	}

	/**
	 * A Redis that writes to its disk each second was killed, and is still away. While a
	 * sync is under way it answers up to two seconds before it writes: of what it had
	 * taken since, it may have forgotten all.
	 * @param when it was killed
	 */
	public void storeKilled(Instant when) {
		this.gaps.add(new Ledger.Gap(Ledger.micros(when.minus(UNWRITTEN)), Ledger.micros(Instant.now())));
	}

	/** Another lease than usual. */
	public void lease(Duration lease) {
		this.lease = lease;
	}

	public Duration lease() {
		return this.lease;
	}

	/** Something that ends with the scene. */
	public <T extends AutoCloseable> T with(T part) {
		this.parts.add(part);
		return part;
	}

	/** Stands before the store. */
	public Proxy proxy() {
		return with((this.redis != null) ? Proxy.blind(this.redis.port()) : new Proxy(Postgres.shared().port()));
	}

	/**
	 * Settings of a node that reaches its store through a proxy.
	 * @param proxy the proxy
	 * @return name, value
	 */
	public String[] through(Proxy proxy) {
		return (this.redis != null) ? new String[] { "spring.data.redis.port", Integer.toString(proxy.port()) }
				: new String[] { "spring.datasource.url", this.database.url(proxy) };
	}

	/**
	 * Settings of a node, to which more may be added.
	 * @param node its name
	 * @param more name, value, name, value …; later ones win
	 * @return the settings
	 */
	public Map<String, String> settings(String node, String... more) {
		Map<String, String> settings = new LinkedHashMap<>();
		settings.put("faults.directory", this.directory.toString());
		settings.put("faults.node", node);
		settings.put("spring.datasource.url", this.database.url());
		settings.put("spring.datasource.username", this.database.user());
		settings.put("spring.datasource.hikari.maximum-pool-size", "8");
		settings.put("spring.datasource.hikari.connection-timeout", "5000");
		settings.put("spring.main.web-application-type", "none");
		settings.put("spring.main.banner-mode", "off");
		settings.put("spring.jmx.enabled", "false");
		settings.put("spring.autoconfigure.exclude",
				"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
						+ "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration");
		settings.put("aftercommit.worker.lease", this.lease.toMillis() + "ms");
		settings.put("aftercommit.worker.heartbeat", this.lease.toMillis() / 3 + "ms");
		settings.put("aftercommit.worker.poll-interval", "200ms");
		settings.put("aftercommit.worker.concurrency", "8");
		settings.put("aftercommit.worker.shutdown-timeout", "5s");
		settings.put("aftercommit.worker.max-crashes", "20");
		settings.put("aftercommit.retry.initial-interval", "500ms");
		if (this.redis != null) {
			settings.putAll(this.redis.settings());
			settings.put("aftercommit.redis.outbox", Boolean.toString(!this.bestEffort));
		}
		for (int i = 0; i < more.length; i += 2) {
			settings.put(more[i], more[i + 1]);
		}
		return settings;
	}

	/** Start a JVM; returns before it is ready. */
	public Node node(String name, String... settings) {
		return node(List.of(), name, settings);
	}

	/** Start a JVM with further options; returns before it is ready. */
	public Node node(List<String> options, String name, String... settings) {
		return node(FaultApplication.class, options, name, settings);
	}

	/** Start a JVM with another application; returns before it is ready. */
	public Node node(Class<?> application, List<String> options, String name, String... settings) {
		return with(Node.start(application, name, this.directory, options, settings(name, settings)));
	}

	/** Callers in the JVM of the test, without workers. */
	public Client client(String... settings) {
		List<String> all = new ArrayList<>(List.of("aftercommit.worker.enabled", "false"));
		all.addAll(Arrays.asList(settings));
		return with(new Client(settings("client", all.toArray(String[]::new))));
	}

	/** A whole node, callers and workers, in the JVM of the test. */
	public Client both(String... settings) {
		return with(new Client(settings("both", settings)));
	}

	/** The same with further beans. */
	public Client both(Class<?> more, String... settings) {
		return with(new Client(settings("both", settings), more));
	}

	/** A file that lets gated jobs pass once it is there. */
	public Path gate(String name) {
		return this.directory.resolve("gate-" + name);
	}

	public void open(Path gate) {
		try {
			Files.createFile(gate);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** This call's job is to end in another state than {@code SUCCEEDED}. */
	public void expect(String call, String state) {
		this.expected.put(call, state);
	}

	/** From this moment on, what ran on this node has to recover elsewhere. */
	public void crashed(Node node, Instant when) {
		this.crashes.put(node.name(), Ledger.micros(when));
	}

	/** Something worked again this long after its fault was over. */
	public void recovered(Duration after) {
		this.recoveries.add(after.toMillis());
	}

	public List<Run> runs() {
		return Ledger.runs(this.directory);
	}

	public List<Run> runs(Predicate<Run> which) {
		return runs().stream().filter(which).toList();
	}

	/** Wait, as long as it may take on a loaded machine. */
	public static ConditionFactory await(String what) {
		return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(50));
	}

	/** Wait until all jobs have ended, but for those that are expected to wait. */
	public void drain() {
		await("all jobs have ended").atMost(PATIENCE.multipliedBy(2))
			.pollInterval(Duration.ofMillis(100))
			.ignoreExceptions()
			.until(() -> checker().stuck().isEmpty());
	}

	/** Read through an application from now on: H2's file belongs to one JVM. */
	public void drain(Client client) {
		this.jdbc = client.bean(JdbcTemplate.class);
		drain();
	}

	public Figures figures(Client client) {
		this.jdbc = client.bean(JdbcTemplate.class);
		return figures();
	}

	public Checker checker() {
		return new Checker(ledger(), this.stored, this.expected);
	}

	public Ledger ledger() {
		if (this.redis != null) {
			return Ledger.read(this.directory, this.jdbc, this.redis, this.gaps);
		}
		return this.stored ? Ledger.read(this.directory, this.jdbc)
				: Ledger.readWithoutStore(this.directory, this.jdbc);
	}

	/**
	 * Whether each committed call of these has left its effect exactly once, and no other
	 * has left any.
	 * @param calls begin like this
	 */
	public boolean hasEffectsExactlyOnce(String calls) {
		Ledger ledger = ledger();
		List<String> effects = ledger.effects().stream().filter((call) -> call.startsWith(calls)).sorted().toList();
		List<String> committed = ledger.calls()
			.keySet()
			.stream()
			.filter((call) -> call.startsWith(calls))
			.sorted()
			.toList();
		return effects.equals(committed);
	}

	/**
	 * How many attempts the store has counted.
	 * @param call whose job is in it once
	 */
	public int attempts(String call) {
		Ledger ledger = ledger();
		String id = String.valueOf(ledger.calls().get(call));
		return ledger.jobs().stream().filter((job) -> job.id().equals(id)).findFirst().orElseThrow().attempts();
	}

	/** When calls were made, by the callers' own clock. */
	public Map<String, Ledger.CallTime> callTimes() {
		return Ledger.callTimes(this.directory);
	}

	/** Claims of all attempts that were begun. */
	public List<Ledger.Claim> claims() {
		return Ledger.claims(this.directory);
	}

	/**
	 * How much the store still has of keys of jobs.
	 * @return rows, or keys of Redis
	 */
	public long leftOfKeys() {
		return (this.redis != null) ? this.redis.leftOfKeys() : this.jdbc.queryForObject("""
				SELECT (SELECT count(*) FROM aftercommit_blocked) + (SELECT count(*) FROM aftercommit_held)
				+ (SELECT count(*) FROM aftercommit_unique_key) + (SELECT count(*) FROM aftercommit_unsettled)""",
				Long.class);
	}

	public Figures figures() {
		return checker().figures(this.crashes).withRecoveries(this.recoveries);
	}

	@Override
	public void close() throws Exception {
		Exception failure = null;
		for (int i = this.parts.size() - 1; i >= 0; i--) {
			try {
				this.parts.get(i).close();
			}
			catch (Exception ex) {
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

}
