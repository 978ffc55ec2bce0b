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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aftercommit.faults.harness.Publication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the README says is lost elsewhere is what the page of the last run says.
 */
class PublicationTests {

	private static final Path ROOT = Path.of("..");

	private static final String README = read("README.md");

	private static final String PAGE = read("docs/reliability.md");

	@Test
	void theReadmesLossesAreThoseOfThePage() {
		assertThat(README).contains("<!-- losses: ", "| `@Async` | ", "| `@BackgroundJob` | ");
		assertThat(Publication.withLosses(README, PAGE)).isEqualTo(README);
	}

	@Test
	void aFigureThatDriftedIsFound() {
		String drifted = README.replaceFirst("(\\| `@BackgroundJob` \\| \\d+ \\| )0", "$11");
		assertThat(drifted).isNotEqualTo(README);
		assertThat(Publication.withLosses(drifted, PAGE)).isEqualTo(README);
	}

	@Test
	void onRedisTheSameFaultChangesNothingInTheReadme() {
		String more = PAGE.replaceAll("(?m)^(\\| 1 \\| the JVM that calls and runs.*)$",
				"| 1 | the JVM that calls and runs killed | x | Redis 7, outbox in PostgreSQL 17 | 5 | 5 | 5 |\n$1");
		assertThat(more).isNotEqualTo(PAGE);
		assertThat(Publication.withLosses(README, more)).isEqualTo(README);
	}

	@Test
	void eachRowIsInItsTableAndWhatFailedIsNamed(@TempDir Path directory) throws IOException {
		String run = """
				{"command":"mvn","date":"today","commit":"1","java":"17","processors":2,"full":true}
				""";
		String rows = row("19", "Redis 7", false) + row("P1", "PostgreSQL 17", false) + row("12", "Redis 7", true)
				+ row("2", "Redis 7", false) + row("2", "PostgreSQL 17", false);
		String page = page(directory, run + rows + "{\"passed\":4,\"failed\":[\"SomeTests#fails\"]}\n");
		assertThat(page)
			.containsSubsequence("## Faults", "| 2 | fault | done | PostgreSQL 17 |", "| 2 | fault | done | Redis 7 |",
					"| 19 | fault", "## What best effort loses", "| 12 | fault", "## The checker can fail",
					"| P1 | fault")
			.contains("4 tests passed", "`SomeTests#fails`")
			.doesNotContain("${");
		assertThat(page(directory, run + rows + "{\"passed\":5,\"failed\":[]}\n"))
			.contains("5 tests passed, none failed");
	}

	private static String page(Path directory, String report) throws IOException {
		Path file = Files.writeString(directory.resolve("report.jsonl"), report);
		Path page = directory.resolve("docs").resolve("reliability.md");
		Publication.main(new String[] { file.toString(), page.toString() });
		return Files.readString(page);
	}

	private static String row(String number, String store, boolean bestEffort) {
		return String.format("""
				{"number":"%s","fault":"fault","done":"done","store":"%s","bestEffort":%s,"calls":1,"lost":0,"ghost":0,\
				"dupExplained":0,"dupUnexplained":0,"overlapOutcome":0,"staleRejected":0,"stuck":0,\
				"recoveryP50Millis":null,"recoveryP95Millis":null,"leaseMillis":3000}
				""", number, store, bestEffort);
	}

	@Test
	void aRunOfAPartOfTheFaultsLeavesTheReadmeAlone() {
		String part = PAGE.replaceAll("(?m)^\\| P1 .*$", "");
		assertThat(Publication.withLosses("none", part)).isEqualTo("none");
		assertThat(Publication.withLosses(README, part)).isEqualTo(README);
	}

	private static String read(String file) {
		try {
			return Files.readString(ROOT.resolve(file));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
