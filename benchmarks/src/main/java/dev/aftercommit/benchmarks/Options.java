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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.springframework.util.StringUtils;

/**
 * What was asked for on the command line.
 *
 * @param scenarios what to measure
 * @param subjects systems to measure, where the scenario has them
 * @param asked how often each system gets its turn, 0 for as often as is usual
 * @param sizes how much is measured in a turn
 * @param profile whether each JVM is recorded by JFR
 */
record Options(List<Scenario> scenarios, List<Subject> subjects, int asked, Sizes sizes, boolean profile) {

	private static final int MOST_ROTATIONS = 5;

	/**
	 * Read options from a text such as {@code full}, {@code quick}, or
	 * {@code quick,B2,rotations=3,jobs=100000,systems=AFTERCOMMIT+LIMIT,profile}.
	 */
	static Options parse(String text) {
		boolean quick = text.contains("quick");
		List<Scenario> scenarios = new ArrayList<>();
		Options options = new Options(List.of(Scenario.values()), List.of(Subject.values()), quick ? 1 : 0,
				quick ? Sizes.QUICK : Sizes.FULL, false);
		for (String word : StringUtils.commaDelimitedListToStringArray(text)) {
			int equals = word.indexOf('=');
			if (equals > 0) {
				options = options.with(word.substring(0, equals), word.substring(equals + 1), word);
			}
			else if (word.equals("profile")) {
				options = new Options(options.scenarios, options.subjects, options.asked, options.sizes, true);
			}
			else if (word.matches("[Bb]\\d+\\w*")) {
				scenarios.addAll(called(word));
			}
			else if (!List.of("quick", "full", "true", "").contains(word)) {
				throw unknown(word);
			}
		}
		return scenarios.isEmpty() ? options
				: new Options(scenarios, options.subjects, options.asked, options.sizes, options.profile);
	}

	/**
	 * How often that is at most.
	 */
	int rotations() {
		return (this.asked > 0) ? this.asked : MOST_ROTATIONS;
	}

	/**
	 * Whether a system is measured in a rotation: what takes long is left out of the
	 * later ones, unless their number was asked for.
	 */
	boolean hasTurn(Scenario scenario, Subject subject, int rotation) {
		return this.subjects.contains(subject) && subject.available()
				&& (this.asked > 0 || rotation <= scenario.rotations(subject));
	}

	private static List<Scenario> called(String word) {
		List<Scenario> called = Arrays.stream(Scenario.values())
			.filter((scenario) -> scenario.isCalled(word.toUpperCase(Locale.ROOT)))
			.toList();
		if (called.isEmpty()) {
			throw unknown(word);
		}
		return called;
	}

	private Options with(String name, String value, String word) {
		if (Sizes.NAMES.contains(name)) {
			return new Options(this.scenarios, this.subjects, this.asked,
					this.sizes.with(name, Integer.parseInt(value)), this.profile);
		}
		return switch (name) {
			case "rotations" ->
				new Options(this.scenarios, this.subjects, Integer.parseInt(value), this.sizes, this.profile);
			case "systems" -> new Options(this.scenarios,
					Arrays.stream(StringUtils.delimitedListToStringArray(value, "+")).map(Subject::valueOf).toList(),
					this.asked, this.sizes, this.profile);
			default -> throw unknown(word);
		};
	}

	private static IllegalArgumentException unknown(String word) {
		return new IllegalArgumentException(
				"'benchmark' has an unknown word '" + word + "': use quick, full, profile, names of scenarios ("
						+ Arrays.toString(Scenario.values()) + "), rotations=, " + String.join("=, ", Sizes.NAMES)
						+ "=, systems= with names joined by + of " + Arrays.toString(Subject.values()));
	}

}
