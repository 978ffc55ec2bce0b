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

package dev.aftercommit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/guarantees.md} says is proved by tests that exist.
 */
class GuaranteesTests {

	private static final Pattern REFERENCE = Pattern.compile("`(\\w+Tests)#(\\w+)`");

	private final Path root = root();

	@Test
	void everyRowNamesATest() throws IOException {
		List<String> rows = rows();
		assertThat(rows).hasSizeGreaterThan(30);
		assertThat(rows).allSatisfy((row) -> assertThat(REFERENCE.matcher(row).find()).as(row).isTrue());
	}

	@Test
	void everyNamedTestExists() throws IOException {
		Map<String, String> sources = sources();
		List<MatchResult> references = REFERENCE.matcher(text()).results().toList();
		assertThat(references).hasSizeGreaterThan(30).allSatisfy((reference) -> {
			assertThat(sources).containsKey(reference.group(1));
			assertThat(sources.get(reference.group(1))).as(reference.group())
				.containsPattern("@(Parameterized)?Test\\b[^{;]*\\bvoid " + reference.group(2) + "\\(");
		});
	}

	private List<String> rows() throws IOException {
		return text().lines().filter((line) -> line.matches("\\| (?!---|What ).*")).toList();
	}

	private String text() throws IOException {
		return Files.readString(this.root.resolve("docs/guarantees.md"));
	}

	private Map<String, String> sources() throws IOException {
		try (Stream<Path> files = Files.walk(this.root)) {
			return files.filter((file) -> file.toString().replace('\\', '/').matches(".*/src/test/java/.*Tests\\.java"))
				.collect(Collectors.toMap((file) -> file.getFileName().toString().replace(".java", ""),
						GuaranteesTests::read, (one, other) -> one + other));
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Path root() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("docs/guarantees.md"))) {
			directory = directory.getParent();
		}
		return directory;
	}

}
