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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the README and the pages for users show is what the sample, or a test, is made of.
 */
class ReadmeSnippetTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern FENCE = Pattern
		.compile("(?:<!-- (?<comment>[^\n]+) -->\n)?```(?<language>\\w*)\n(?<code>.*?)```\n", Pattern.DOTALL);

	private static final Pattern LINK = Pattern.compile("\\]\\((?!http)([^)#]+)");

	static List<Snippet> snippets() throws IOException {
		List<Snippet> snippets = new ArrayList<>();
		Matcher fence = FENCE.matcher(readme() + Files.readString(ROOT.resolve("docs/inside-a-job.md"))
				+ Files.readString(ROOT.resolve("docs/keys.md")));
		while (fence.find()) {
			if (!Set.of("sh", "xml").contains(fence.group("language"))) {
				snippets.add(new Snippet(String.valueOf(fence.group("comment")), fence.group("code")));
			}
		}
		return snippets;
	}

	@ParameterizedTest
	@MethodSource("snippets")
	void aSnippetIsAPieceOfTheSample(Snippet snippet) throws IOException {
		assertThat(plain(snippet.code())).isEqualTo(plain(snippet.source()));
	}

	@Test
	void thereAreSnippetsOfJavaAndOfConfiguration() throws IOException {
		assertThat(snippets()).extracting(Snippet::comment)
			.anyMatch((comment) -> comment.contains(".java#"))
			.anyMatch((comment) -> comment.contains(".yml#"));
	}

	@Test
	void aSnippetThatHasNoSourceIsFound() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> new Snippet("null", "int i;").source());
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> new Snippet("snippet: README.md#nothing", "int i;").source());
	}

	@Test
	void aSnippetThatDiffersIsFound() {
		assertThat(plain("\tint i;\n\n\t\tint j;\n")).isEqualTo(plain("int i;\n\n    int j;"))
			.isNotEqualTo(plain("int i;\n\nint j;"));
	}

	@Test
	void theCoordinatesAreThoseOfTheStarter() throws IOException {
		Matcher coordinates = Pattern
			.compile("```xml\n<dependency>\\s*<groupId>(.+)</groupId>\\s*<artifactId>(.+)</artifactId>\\s*"
					+ "<version>(.+)</version>")
			.matcher(readme());
		assertThat(coordinates.find()).isTrue();
		String starter = Files.readString(ROOT.resolve("starter/pom.xml"));
		assertThat(starter).contains("<groupId>" + coordinates.group(1) + "</groupId>",
				"<artifactId>" + coordinates.group(2) + "</artifactId>",
				"<version>" + coordinates.group(3) + "</version>");
	}

	@Test
	void whatIsLinkedIsThere() throws IOException {
		Matcher link = LINK.matcher(readme());
		List<Path> linked = new ArrayList<>();
		while (link.find()) {
			linked.add(ROOT.resolve(link.group(1)));
		}
		assertThat(linked).isNotEmpty().allSatisfy((path) -> assertThat(path).exists());
	}

	private static String readme() throws IOException {
		return Files.readString(ROOT.resolve("README.md"));
	}

	/**
	 * Code with four spaces for a tab and no indentation in common.
	 */
	private static String plain(String code) {
		return code.replace("\t", "    ").stripTrailing().stripIndent();
	}

	/**
	 * A piece of code in the README.
	 *
	 * @param comment where it is from, "snippet: file#tag"
	 */
	record Snippet(String comment, String code) {

		String source() throws IOException {
			assertThat(this.comment).as("comment above " + this.code).matches("snippet: [^#]+#\\S+");
			String[] place = this.comment.substring("snippet: ".length()).split("#");
			String file = Files.readString(ROOT.resolve(place[0]));
			Matcher region = Pattern
				.compile("^[^\n]*tag::%1$s\\[\\]\n(.*?)^[^\n]*end::%1$s\\[\\]$".formatted(Pattern.quote(place[1])),
						Pattern.DOTALL | Pattern.MULTILINE)
				.matcher(file);
			assertThat(region.find()).as("region " + this.comment).isTrue();
			return region.group(1);
		}

		@Override
		public String toString() {
			return this.comment;
		}

	}

}
