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

package dev.aftercommit.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.FileSystemUtils;

/**
 * Starts a PostgreSQL, measures the systems in rotation, each time in a fresh database
 * and a JVM of its own, and prints medians.
 */
public final class Benchmark {

	private final Path directory;

	private final Options options;

	private final JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private final Report report = new Report();

	private final List<String> failures = new ArrayList<>();

	private Benchmark(Path directory, Options options) {
		this.directory = directory;
		this.options = options;
	}

	/**
	 * Measure.
	 * @param args the directory for everything that is written, and what to measure: see
	 * {@link Options#parse(String)}
	 */
	public static void main(String[] args) throws IOException, InterruptedException {
		new Benchmark(Path.of(args[0]), Options.parse((args.length > 1) ? args[1] : "full")).run();
	}

	private void run() throws IOException, InterruptedException {
		Files.createDirectories(this.directory);
		FileSystemUtils.deleteRecursively(this.directory.resolve("h2"));
		Instant started = Instant.now();
		try (Postgres postgres = new Postgres(this.directory.resolve("postgres"))) {
			Map<String, String> facts = new TreeMap<>(Machine.facts());
			facts.put("PostgreSQL", postgres.version() + ": " + postgres.settings());
			facts.put("started", started.toString());
			facts.put("options", this.options.toString());
			facts.forEach((name, value) -> print(name + ": " + value));
			for (int rotation = 1; rotation <= this.options.rotations(); rotation++) {
				rotate(postgres, rotation, facts);
			}
			Files.writeString(this.directory.resolve("report.md"), this.report.markdown());
			print(System.lineSeparator() + this.report.markdown());
			print("Every run: " + results());
		}
		if (!this.failures.isEmpty()) {
			throw new IllegalStateException("Not measured: " + String.join("; ", this.failures));
		}
	}

	private Path results() {
		return this.directory.resolve("results.json");
	}

	private void rotate(Postgres postgres, int rotation, Map<String, String> facts)
			throws IOException, InterruptedException {
		for (Scenario scenario : this.options.scenarios()) {
			for (Subject subject : scenario.subjects()) {
				if (this.options.hasTurn(scenario, subject, rotation)) {
					turn(postgres, scenario, subject, rotation);
					Files.writeString(results(),
							this.json.writeValueAsString(Map.of("facts", facts, "runs", this.report.runs())));
				}
			}
		}
	}

	/**
	 * A turn that fails is told at the end: it is no reason to lose the others.
	 */
	private void turn(Postgres postgres, Scenario scenario, Subject subject, int rotation)
			throws IOException, InterruptedException {
		try {
			long began = System.nanoTime();
			Run.Result result = fork(postgres, scenario, subject, rotation);
			this.report.add(scenario, subject, rotation, result);
			print("%s %d %-46s %.0f s: %s".formatted(scenario, rotation, subject.title(),
					(System.nanoTime() - began) / 1e9, Report.line(result.figures())));
		}
		catch (IllegalStateException ex) {
			this.failures.add(String.valueOf(ex.getMessage()));
			print("%s %d %-46s failed: %s".formatted(scenario, rotation, subject.title(), ex.getMessage()));
		}
	}

	private Run.Result fork(Postgres postgres, Scenario scenario, Subject subject, int rotation)
			throws IOException, InterruptedException {
		String name = "%s_%s_%d".formatted(scenario, subject, rotation).toLowerCase(Locale.ROOT);
		postgres.createDatabase(name);
		Run.Request request = new Run.Request(scenario, subject, url(subject, name, postgres), postgres.pid(),
				this.options.sizes().divided(subject.slowness() * scenario.part()));
		Path result = this.directory.resolve(name + ".json");
		File log = this.directory.resolve(name + ".log").toFile();
		Files.deleteIfExists(result);
		Process process = new ProcessBuilder(Forks.command(Run.class, jvm(scenario, name),
				this.json.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(request),
				result.toString()))
			.redirectErrorStream(true)
			.redirectOutput(log)
			.start();
		int exit = process.waitFor();
		if (exit != 0) {
			postgres.dropDatabase(name);
			throw new IllegalStateException("%s ended with %d: see %s".formatted(name, exit, log));
		}
		postgres.dropDatabase(name);
		return this.json.readValue(Files.readString(result), Run.Result.class);
	}

	private String url(Subject subject, String name, Postgres postgres) {
		return (subject == Subject.AFTERCOMMIT_H2)
				? "jdbc:h2:file:" + this.directory.resolve("h2/" + name).toAbsolutePath() : postgres.url(name);
	}

	private List<String> jvm(Scenario scenario, String name) {
		List<String> options = new ArrayList<>(scenario.jvm());
		if (this.options.profile()) {
			options.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
					+ this.directory.resolve(name + ".jfr"));
			options.add("-XX:FlightRecorderOptions=stackdepth=128");
		}
		return options;
	}

	private static void print(String line) {
		System.out.println(line);
	}

}
