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
