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

package dev.aftercommit.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import org.junit.jupiter.api.Test;

import dev.aftercommit.store.JobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Measures the sizes of files and the share of hidden types, prints both, and holds them
 * to the bars. Judged from {@value #ENOUGH} on: a share of less says nothing.
 */
class BarsTests {

	private static final int ENOUGH = 20;

	@Test
	void filesAreSmall() throws IOException {
		List<Integer> lines = linesOfMainFiles();
		System.out.printf("Main files: %d, median %d lines, nine in ten below %d%n", lines.size(), quantile(lines, 0.5),
				quantile(lines, 0.9));
		checkLines(lines);
	}

	@Test
	void largeFilesAreFound() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> checkLines(Collections.nCopies(ENOUGH, 91)))
			.withMessageContaining("median");
		Stream<Integer> someLarge = Stream.concat(Collections.nCopies(17, 20).stream(), Stream.of(201, 201, 201));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> checkLines(someLarge.toList()))
			.withMessageContaining("nine in ten");
	}

	@Test
	void halfOfTheRoomsTypesAreHidden() {
		List<JavaClass> types = topLevelTypes(ArchitectureTests.library.stream());
		System.out.printf("Types in rooms other than the API and the store's contract: %d, hidden %d %%%n",
				types.size(), Math.round(100 * hidden(types)));
		checkHidden(types);
	}

	@Test
	void roomsThatShowTooMuchAreFound() {
		JavaClass shown = ArchitectureTests.library.get(JobStore.class);
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> checkHidden(Collections.nCopies(ENOUGH, shown)));
	}

	private static void checkLines(List<Integer> lines) {
		if (lines.size() >= ENOUGH) {
			assertThat(quantile(lines, 0.5)).as("median lines of a main file").isLessThanOrEqualTo(90);
			assertThat(quantile(lines, 0.9)).as("lines below which nine in ten main files stay")
				.isLessThanOrEqualTo(200);
		}
	}

	private static void checkHidden(List<JavaClass> types) {
		if (types.size() >= ENOUGH) {
			assertThat(hidden(types)).as("share of package-private top-level types").isGreaterThanOrEqualTo(0.5);
		}
	}

	private static List<Integer> linesOfMainFiles() throws IOException {
		try (Stream<Path> files = Stream.concat(Files.walk(Path.of("src/main/java")),
				Files.walk(Path.of("../autoconfigure/src/main/java")))) {
			return files.filter((file) -> file.toString().endsWith(".java"))
				.filter((file) -> !file.endsWith("package-info.java"))
				.map(BarsTests::lines)
				.toList();
		}
	}

	private static int lines(Path file) {
		try {
			return Files.readAllLines(file).size();
		}
		catch (IOException ex) {
			throw new IllegalStateException("Can't read " + file, ex);
		}
	}

	private static int quantile(List<Integer> values, double share) {
		List<Integer> sorted = values.stream().sorted().toList();
		return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(share * sorted.size()) - 1);
	}

	private static List<JavaClass> topLevelTypes(Stream<JavaClass> types) {
		return types.filter(JavaClass::isTopLevelClass)
			.filter((type) -> !type.getSimpleName().equals("package-info"))
			.filter((type) -> !List.of("dev.aftercommit", "dev.aftercommit.store").contains(type.getPackageName()))
			.toList();
	}

	private static double hidden(List<JavaClass> types) {
		long hidden = types.stream().filter((type) -> !type.getModifiers().contains(JavaModifier.PUBLIC)).count();
		return types.isEmpty() ? 1 : (double) hidden / types.size();
	}

}
