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

package dev.aftercommit.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobState;
import dev.aftercommit.Paging;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With a million jobs in the database, in all states, each page is there within a fifth
 * of a second, though nothing that was read before is used again, and reads no more of a
 * table without an index than a page counts.
 */
@Tag("full")
class MillionJobsTests {

	private static final Duration LIMIT = Duration.ofMillis(200);

	private static final int REQUESTS = 7;

	/**
	 * Rows of a table that a request may read without an index: what counts and lists
	 * stop at, and some that don't match.
	 */
	private static final long MOST_SCANNED = 15_000;

	@Test
	void eachPageIsThereInAFifthOfASecondAndNoneScansOnPostgres() throws Exception {
		try (TestDatabase postgres = TestDatabases.postgres();
				ConfigurableApplicationContext context = start("spring.profiles.active=postgres",
						"spring.datasource.url=" + postgres.url(), "spring.datasource.username=" + postgres.username(),
						"spring.datasource.password=" + postgres.password())) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			SignedIn operator = fill(context, jdbc, MillionJobs.inPostgres());
			Map<String, Map<String, Long>> scans = new LinkedHashMap<>();
			Map<String, Duration> medians = new LinkedHashMap<>();
			for (String page : pages(context)) {
				Timestamp began = jdbc.queryForObject("SELECT clock_timestamp()", Timestamp.class);
				Map<String, Long> before = scanned(jdbc);
				medians.put(page, median(context, operator, page));
				settle(context, jdbc, began);
				Map<String, Long> after = scanned(jdbc);
				after.replaceAll((table, rows) -> (rows - before.getOrDefault(table, 0L)) / REQUESTS);
				after.values().removeIf((rows) -> rows <= MOST_SCANNED);
				scans.put(page, after);
			}
			assertThat(scans).allSatisfy((page, tables) -> assertThat(tables).as(page).isEmpty());
			assertAnswered(medians, LIMIT);
		}
	}

	/**
	 * Which is for trying out, and has one thread for what PostgreSQL does in several.
	 */
	@Test
	void eachPageIsThereWithinASecondOnH2() throws Exception {
		try (ConfigurableApplicationContext context = start("sample.database=./target/million-" + UUID.randomUUID())) {
			SignedIn operator = fill(context, new JdbcTemplate(context.getBean(DataSource.class)), MillionJobs.inH2());
			Map<String, Duration> medians = new LinkedHashMap<>();
			pages(context).forEach((page) -> medians.put(page, median(context, operator, page)));
			assertAnswered(medians, LIMIT.multipliedBy(5));
		}
	}

	/** Also written down, slowest first: for the documentation. */
	private static void assertAnswered(Map<String, Duration> medians, Duration limit) throws IOException {
		Files.write(Path.of("target", "million-jobs.txt"),
				medians.entrySet()
					.stream()
					.sorted(Map.Entry.<String, Duration>comparingByValue().reversed())
					.map((each) -> each.getValue().toMillis() + " ms " + each.getKey())
					.toList());
		assertThat(medians).allSatisfy((page, median) -> assertThat(median).as(page).isLessThanOrEqualTo(limit));
	}

	private static SignedIn fill(ConfigurableApplicationContext context, JdbcTemplate jdbc, List<String> statements)
			throws Exception {
		statements.forEach(jdbc::execute);
		registerNodes(context);
		SignedIn operator = new SignedIn(
				context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
		for (int round = 0; round < 3; round++) {
			for (String page : pages(context)) {
				operator.look("/background-jobs" + page);
			}
		}
		return operator;
	}

	private static ConfigurableApplicationContext start(String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--aftercommit.worker.enabled=false",
				"--spring.datasource.hikari.minimum-idle=0", "--spring.main.banner-mode=off"));
		Stream.of(properties).map("--"::concat).forEach(arguments::add);
		return new SpringApplicationBuilder(SampleApplication.class).run(arguments.toArray(String[]::new));
	}

	private static void registerNodes(ConfigurableApplicationContext context) {
		for (int node = 0; node < 3; node++) {
			context.getBean(JobStore.class)
				.nodes()
				.register(new NodeInfo("node-" + node, "1.0", Set.of("job.0", "job.1", "job.2")));
		}
	}

	private static List<String> pages(ConfigurableApplicationContext context) {
		JobOperations operations = context.getBean(JobOperations.class);
		List<String> pages = new ArrayList<>(List.of("", "/jobs", "/failures", "/queues", "/recurring", "/nodes"));
		for (JobState state : JobState.values()) {
			pages.add("/jobs?state=" + state);
			pages.add("/jobs?name=none&state=" + state);
			UUID id = operations.list(JobFilter.all().states(state), Paging.newestFirst(1)).jobs().get(0).id();
			pages.add("/jobs/" + id);
		}
		String after = operations.list(JobFilter.all(), Paging.newestFirst(50)).next();
		Instant middle = MillionJobs.START.plusMillis(MillionJobs.JOBS / 2);
		pages.addAll(List.of("/jobs?queue=queue.7", "/jobs?queue=none", "/jobs?name=job.3", "/jobs?name=none",
				"/jobs?tag=account:7", "/jobs?tag=all", "/jobs?tag=none", "/jobs?tag=all&name=none",
				"/jobs?errorType=java.lang.IllegalStateException", "/jobs?errorType=none",
				"/jobs?state=DEAD&errorType=none", "/jobs?state=RETRYING&errorType=none",
				"/jobs?state=DEAD&state=RETRYING&name=job.3&errorType=java.lang.IllegalStateException",
				"/jobs?after=" + after, "/jobs?from=" + middle + "&before=" + middle.plusSeconds(10),
				"/jobs?name=none&before=" + middle, "/orders?action=retry&state=DEAD",
				"/orders?action=delete&state=SUCCEEDED&name=none", "/orders?action=cancel&queue=queue.7",
				"/orders?action=cancel&tag=all"));
		return pages;
	}

	private static Duration median(ConfigurableApplicationContext context, SignedIn operator, String page) {
		List<Duration> times = new ArrayList<>();
		for (int i = 0; i < REQUESTS; i++) {
			ReflectionTestUtils.invokeMethod(context.getBean("backgroundJobsReadings"), "forget");
			long began = System.nanoTime();
			try {
				operator.look("/background-jobs" + page);
			}
			catch (IOException | InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			times.add(Duration.ofNanos(System.nanoTime() - began));
		}
		return times.stream().sorted().skip(REQUESTS / 2).findFirst().orElseThrow();
	}

	/** PostgreSQL tells what a connection has read for certain once that is closed. */
	private static void settle(ConfigurableApplicationContext context, JdbcTemplate jdbc, Timestamp began) {
		context.getBean(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> jdbc.queryForObject("""
				SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND backend_type = 'client backend' AND backend_start > ?
				AND pid <> pg_backend_pid()""", Long.class, began) == 0);
	}

	private static Map<String, Long> scanned(JdbcTemplate jdbc) {
		Map<String, Long> scanned = new HashMap<>();
		jdbc.query("SELECT relname, seq_tup_read FROM pg_stat_user_tables", (row) -> {
			scanned.put(row.getString(1), row.getLong(2));
		});
		return scanned;
	}

}
