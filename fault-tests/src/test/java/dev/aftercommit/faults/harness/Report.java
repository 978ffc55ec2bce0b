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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file of all figures: a line that says what was run, then one for each fault.
 */
public final class Report {

	private static final Path DIRECTORY = Path.of(System.getProperty("faults.directory", "target/faults"))
		.toAbsolutePath();

	static final Path FILE = DIRECTORY.resolve("report.jsonl");

	private static final JsonMapper JSON = new JsonMapper();

	private Report() {
	}

	/** Begin anew. */
	static void begin() {
		Map<String, @Nullable Object> line = new LinkedHashMap<>();
		line.put("command", System.getProperty("faults.command", "a test of its own"));
		line.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
		line.put("commit", commit());
		line.put("java", System.getProperty("java.version"));
		line.put("processors", Runtime.getRuntime().availableProcessors());
		line.put("full", isFull());
		try {
			Files.createDirectories(DIRECTORY);
			Files.deleteIfExists(FILE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		append(line);
	}

	/** Note how it ended. */
	static void end(int passed, Set<String> failed) {
		Map<String, @Nullable Object> line = new LinkedHashMap<>();
		line.put("passed", passed);
		line.put("failed", failed);
		append(line);
	}

	/** Whether this is a run of the profile 'faults', not of the default build. */
	public static boolean isFull() {
		return Boolean.getBoolean("faults.full");
	}

	/**
	 * How often to do something.
	 * @param usually in the default build
	 * @param full in the profile 'faults'
	 * @return how often now
	 */
	public static int times(int usually, int full) {
		return isFull() ? full : usually;
	}

	/**
	 * Write down what a fault cost. In the profile 'faults', what recovered too late
	 * fails here, once it is written down.
	 * @param number of the fault, or a letter for a control
	 * @param fault what it is
	 * @param done what was done, and how often it hit
	 * @param scene where it was played
	 * @param figures what it cost
	 */
	public static void add(String number, String fault, String done, Scene scene, Figures figures) {
		Map<String, @Nullable Object> line = new LinkedHashMap<>();
		line.put("number", number);
		line.put("fault", fault);
		line.put("done", done);
		line.put("store", scene.store());
		line.put("bestEffort", scene.isBestEffort());
		line.put("calls", figures.calls());
		line.put("committed", figures.committed());
		line.put("unknown", figures.unknown());
		line.put("runs", figures.runs());
		line.put("lost", figures.lost());
		line.put("ghost", figures.ghosts());
		line.put("dupExplained", figures.explained());
		line.put("dupUnexplained", figures.unexplained());
		line.put("overlapOutcome", figures.overlappingOutcomes());
		line.put("overlapBody", figures.overlappingBodies());
		line.put("staleRejected", figures.stale());
		line.put("stuck", figures.stuck());
		line.put("recoveryP50Millis", millis(figures.recovery(50)));
		line.put("recoveryP95Millis", millis(figures.recovery(95)));
		line.put("leaseMillis", scene.lease().toMillis());
		append(line);
		System.out
			.println("Fault " + number + ", " + fault + ", on " + scene.store() + ": " + figures + " (" + done + ")");
		if (isFull()) {
			requireRecovery(number, scene.lease(), figures);
		}
	}

	/**
	 * Hold a fault to the bar of 1.5 leases. Controls are not held to it, nor is the
	 * default build, where other tests may keep the machine busy.
	 * @param number of the fault, or a letter for a control
	 * @param lease the nodes' lease
	 * @param figures what it cost
	 */
	public static void requireRecovery(String number, Duration lease, Figures figures) {
		if (Character.isDigit(number.charAt(0)) && !figures.isRecoveredWithin(lease)) {
			throw new AssertionError("Fault " + number + " took " + figures.recovery(95)
					+ " to recover (p95), which is more than 1.5 times the lease of " + lease);
		}
	}

	private static @Nullable Long millis(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() : null;
	}

	private static void append(Map<String, @Nullable Object> line) {
		try {
			Files.writeString(FILE, JSON.writeValueAsString(line) + "\n", StandardCharsets.UTF_8,
					StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String commit() {
		try {
			String commit = Commands.run(Duration.ofSeconds(30), List.of("git", "rev-parse", "--short=12", "HEAD"));
			String changed = Commands.run(Duration.ofSeconds(30),
					List.of("git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!/docs"));
			return changed.isEmpty() ? commit : commit + " with local changes";
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			// From an archive of the sources, or without git.
			return "unknown";
		}
	}

}
