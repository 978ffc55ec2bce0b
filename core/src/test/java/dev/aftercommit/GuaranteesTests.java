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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/guarantees.md}, {@code docs/contract.md} and
 * {@code docs/when-features-meet.md} say is proved by tests that exist.
 */
class GuaranteesTests {

	private static final String GUARANTEES = "docs/guarantees.md";

	private static final String CONTRACT = "docs/contract.md";

	private static final String MEETINGS = "docs/when-features-meet.md";

	private static final String SECURITY = "SECURITY.md";

	private static final Pattern REFERENCE = Pattern.compile("`(\\w+Tests)#(\\w+)`");

	private final Path root = root();

	@ParameterizedTest
	@ValueSource(strings = { GUARANTEES, CONTRACT, MEETINGS })
	void everyRowNamesATest(String document) throws IOException {
		List<String> rows = rows(document);
		assertThat(rows).hasSizeGreaterThan(30);
		assertThat(rows).allSatisfy((row) -> assertThat(REFERENCE.matcher(row).find()).as(row).isTrue());
	}

	@ParameterizedTest
	@ValueSource(strings = { GUARANTEES, CONTRACT, MEETINGS })
	void everyNamedTestExists(String document) throws IOException {
		Map<String, String> sources = sources();
		List<MatchResult> references = REFERENCE.matcher(text(document)).results().toList();
		assertThat(references).hasSizeGreaterThan(30).allSatisfy((reference) -> {
			assertThat(sources).containsKey(reference.group(1));
			assertThat(sources.get(reference.group(1))).as(reference.group())
				.containsPattern(
						"@(Test|ParameterizedTest|OnEachDatabase|Property|FuzzTest)\\b(?:(?!\\n\\n)[\\s\\S])*?\\bvoid "
								+ reference.group(2) + "\\(");
		});
	}

	@Test
	void everySecurityRequirementHasItsTest() throws IOException {
		List<String> rows = rows(SECURITY);
		assertThat(rows).hasSize(10);
		Map<String, String> sources = sources();
		assertThat(rows).allSatisfy((row) -> assertThat(REFERENCE.matcher(row).results()).isNotEmpty()
			.allSatisfy((reference) -> assertThat(sources.getOrDefault(reference.group(1), "")).as(reference.group())
				.contains("void " + reference.group(2) + "(")));
	}

	private List<String> rows(String document) throws IOException {
		return text(document).lines()
			.filter((line) -> line.matches("\\| (?!---|What |Sentence |Requirement ).*"))
			.toList();
	}

	private String text(String document) throws IOException {
		return Files.readString(this.root.resolve(document));
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
		while (!Files.exists(directory.resolve(GUARANTEES))) {
			directory = directory.getParent();
		}
		return directory;
	}

}
