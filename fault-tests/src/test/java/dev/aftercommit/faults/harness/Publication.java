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
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the page {@code docs/reliability.md} from the file of figures, and the README's
 * table of losses from the page.
 */
public final class Publication {

	private static final String HEAD = """
			| # | Fault | Done | Store | Calls | LOST | GHOST | DUP explained, unexplained | OVERLAP_OUTCOME | STALE_REJECTED | STUCK | RECOVERY p50, p95 (lease) |
			| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
			""";

	private static final Comparator<JsonNode> ORDER = Comparator
		.<JsonNode, String>comparing((row) -> String.format("%4s", number(row)))
		.thenComparing((row) -> text(row, "fault"))
		.thenComparing((row) -> text(row, "store"));

	private static final Pattern LOSSES = Pattern
		.compile("(?<=<!-- losses: written by the fault tests -->\n).*?(?=<!-- end of losses -->)", Pattern.DOTALL);

	private static final String LOSSES_HEAD = """
			| One JVM, killed three times in the middle of 600 calls | Calls | Committed work lost | Ran although rolled back |
			| --- | --- | --- | --- |
			""";

	private Publication() {
	}

	/**
	 * Make the page.
	 * @param args the file of figures, and the page
	 */
	public static void main(String[] args) {
		write(Path.of(args[0]), Path.of(args[1]));
	}

	static void write(Path report, Path page) {
		try (InputStream template = Publication.class.getResourceAsStream("/reliability.md")) {
			if (template == null) {
				throw new IllegalStateException("The page's template is not on the class path");
			}
			JsonMapper json = new JsonMapper();
			List<JsonNode> lines = Files.readAllLines(report).stream().map(json::readTree).toList();
			List<JsonNode> rows = lines.stream().filter((line) -> line.has("number")).sorted(ORDER).toList();
			List<JsonNode> ended = lines.stream().filter((line) -> line.has("passed")).toList();
			String text = new String(template.readAllBytes(), StandardCharsets.UTF_8)
				.replace("${run}", run(lines.get(0)))
				.replace("${ended}", ended.stream().map(Publication::ended).collect(Collectors.joining()))
				.replace("${faults}\n", HEAD + table(rows, Table.FAULTS))
				.replace("${best-effort}\n", HEAD + table(rows, Table.BEST_EFFORT))
				.replace("${controls}\n", HEAD + table(rows, Table.CONTROLS));
			Files.createDirectories(page.toAbsolutePath().getParent());
			Files.writeString(page, text);
			Path readme = page.toAbsolutePath().getParent().resolveSibling("README.md");
			if (Files.exists(readme)) {
				Files.writeString(readme, withLosses(Files.readString(readme), text));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Put the losses of a page into a text, where the text says so.
	 * @param text the text
	 * @param page the page
	 * @return the text, unchanged if the page lacks one of the three figures or the text
	 * has no place for them
	 */
	public static String withLosses(String text, String page) {
		List<String> rows = Stream
			.of(loss(page, "`@Async`", "P1 \\| "), loss(page, "a hook in `afterCommit`, without a store", "P2 \\| "),
					loss(page, "`@BackgroundJob`", "1 \\| the JVM that calls and runs killed"))
			.flatMap(Optional::stream)
			.toList();
		String table = LOSSES_HEAD + String.join("", rows);
		return (rows.size() < 3) ? text : LOSSES.matcher(text).replaceFirst(Matcher.quoteReplacement(table));
	}

	private static Optional<String> loss(String page, String name, String beginning) {
		Stream<String> lines = page.lines()
			.filter((line) -> line.matches("\\| " + beginning + ".*") && line.contains(" | PostgreSQL "));
		return lines.findFirst().map((line) -> {
			String[] cells = line.split(" \\| ");
			return "| " + String.join(" | ", name, cells[4], cells[5], cells[6]) + " |\n";
		});
	}

	private static String number(JsonNode row) {
		return row.get("number").asString();
	}

	private static String run(JsonNode run) {
		return "`" + run.get("command").asString() + "` on " + run.get("date").asString() + ", commit `"
				+ run.get("commit").asString() + "`, JDK " + run.get("java").asString() + ", "
				+ run.get("processors").asInt() + " processors"
				+ (run.get("full").asBoolean() ? "" : " (the default build's part of it)");
	}

	private static String ended(JsonNode end) {
		String passed = end.get("passed").asInt() + " tests passed";
		List<String> failed = end.get("failed").valueStream().map(JsonNode::asString).toList();
		return failed.isEmpty() ? passed + ", none failed"
				: passed + ". **These failed, and may lack their rows**: `" + String.join("`, `", failed) + "`";
	}

	private static String table(List<JsonNode> rows, Table table) {
		return rows.stream()
			.filter((row) -> table == Table.of(row))
			.map(Publication::row)
			.collect(Collectors.joining());
	}

	private static String row(JsonNode row) {
		return "| " + String.join(" | ", number(row), text(row, "fault"), text(row, "done"), text(row, "store"),
				text(row, "calls"), text(row, "lost"), text(row, "ghost"),
				text(row, "dupExplained") + ", " + text(row, "dupUnexplained"), text(row, "overlapOutcome"),
				text(row, "staleRejected"), text(row, "stuck"), recovery(row)) + " |\n";
	}

	private static String text(JsonNode row, String field) {
		return row.get(field).asString();
	}

	private static String recovery(JsonNode row) {
		if (row.get("recoveryP50Millis").isNull()) {
			return "–";
		}
		return String.format(Locale.ROOT, "%.1f s, %.1f s (%.0f s)", row.get("recoveryP50Millis").asLong() / 1000.0,
				row.get("recoveryP95Millis").asLong() / 1000.0, row.get("leaseMillis").asLong() / 1000.0);
	}

	private enum Table {

		FAULTS, BEST_EFFORT, CONTROLS;

		static Table of(JsonNode row) {
			if (row.get("bestEffort").asBoolean()) {
				return BEST_EFFORT;
			}
			return Character.isDigit(number(row).charAt(0)) ? FAULTS : CONTROLS;
		}

	}

}
