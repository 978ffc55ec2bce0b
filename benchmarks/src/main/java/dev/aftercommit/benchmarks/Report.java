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
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Medians over the rotations, as Markdown tables: a row for each figure, a column for
 * each system.
 */
final class Report {

	private final List<Entry> runs = new ArrayList<>();

	/**
	 * One run.
	 */
	record Entry(Scenario scenario, Subject subject, int rotation, Run.Result result) {

	}

	void add(Scenario scenario, Subject subject, int rotation, Run.Result result) {
		this.runs.add(new Entry(scenario, subject, rotation, result));
	}

	List<Entry> runs() {
		return this.runs;
	}

	static String line(Map<String, Double> figures) {
		return figures.entrySet()
			.stream()
			.map((figure) -> figure.getKey() + " " + number(figure.getValue()))
			.collect(Collectors.joining("; "));
	}

	String markdown() {
		StringBuilder text = new StringBuilder();
		for (Scenario scenario : Scenario.values()) {
			Map<Subject, List<Map<String, Double>>> figures = figures(scenario);
			if (!figures.isEmpty()) {
				text.append("### ").append(scenario.title()).append("\n\n");
				append(text, figures);
				text.append('\n');
			}
		}
		return text.toString();
	}

	private Map<Subject, List<Map<String, Double>>> figures(Scenario scenario) {
		return this.runs.stream()
			.filter((run) -> run.scenario() == scenario)
			.collect(Collectors.groupingBy(Entry::subject, () -> new EnumMap<>(Subject.class),
					Collectors.collectingAndThen(Collectors.toList(), Report::figures)));
	}

	/**
	 * Samples of all runs are put together, where there are any: a run has too few for
	 * its tail.
	 */
	private static List<Map<String, Double>> figures(List<Entry> runs) {
		List<Double> samples = runs.stream().flatMap((run) -> run.result().samples().stream()).toList();
		if (samples.isEmpty()) {
			return runs.stream().map((run) -> run.result().figures()).toList();
		}
		Map<String, Double> figures = Quantiles.of(samples);
		figures.put("samples", (double) samples.size());
		figures.put(Pickup.DUPLICATES,
				runs.stream().mapToDouble((run) -> run.result().figures().getOrDefault(Pickup.DUPLICATES, 0.0)).sum());
		return List.of(figures);
	}

	private static void append(StringBuilder text, Map<Subject, List<Map<String, Double>>> figures) {
		Set<String> names = new LinkedHashSet<>();
		figures.values().forEach((runs) -> runs.forEach((run) -> names.addAll(run.keySet())));
		text.append("| |");
		figures.keySet().forEach((subject) -> text.append(' ').append(subject.title()).append(" |"));
		text.append("\n| --- |").append(" --- |".repeat(figures.size())).append('\n');
		if (names.remove(Drain.RATE)) {
			row(text, "drain", figures, (runs) -> number(median(runs, Drain.RATE)) + " jobs/s");
			row(text, "drain, lowest to highest", figures,
					(runs) -> number(extreme(runs, 0)) + " – " + number(extreme(runs, 1)));
			row(text, "drain, × db-scheduler tuned", figures, ratio(figures.get(Subject.DB_SCHEDULER), 1, ""));
			row(text, "drain, × JobRunr OSS", figures, ratio(figures.get(Subject.JOBRUNR), 1, ""));
			row(text, "drain, × Quartz default", figures, ratio(figures.get(Subject.QUARTZ_DEFAULT), 1, ""));
			row(text, "drain, share of the limit", figures, ratio(figures.get(Subject.LIMIT), 100, " %"));
		}
		for (String name : names) {
			row(text, name, figures, (runs) -> number(median(runs, name)));
		}
	}

	private static Cell ratio(@Nullable List<Map<String, Double>> base, int factor, String unit) {
		return (runs) -> (base == null) ? ""
				: number(factor * median(runs, Drain.RATE) / median(base, Drain.RATE)) + unit;
	}

	private static void row(StringBuilder text, String name, Map<Subject, List<Map<String, Double>>> figures,
			Cell cell) {
		text.append("| ").append(name).append(" |");
		figures.values().forEach((runs) -> text.append(' ').append(cell.of(runs)).append(" |"));
		text.append('\n');
	}

	private static double median(List<Map<String, Double>> runs, String name) {
		double[] sorted = sorted(runs, name);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	private static double extreme(List<Map<String, Double>> runs, int end) {
		double[] sorted = sorted(runs, Drain.RATE);
		return sorted[end * (sorted.length - 1)];
	}

	private static double[] sorted(List<Map<String, Double>> runs, String name) {
		return runs.stream().mapToDouble((run) -> run.getOrDefault(name, Double.NaN)).sorted().toArray();
	}

	private static String number(double value) {
		if (Double.isNaN(value)) {
			return "–";
		}
		double size = Math.abs(value);
		if (size == Math.rint(size) || size >= 100) {
			return String.format(Locale.ROOT, "%,.0f", value);
		}
		return String.format(Locale.ROOT, (size >= 10) ? "%.1f" : (size >= 0.1) ? "%.2f" : "%.4f", value);
	}

	/**
	 * What is written for a system.
	 */
	@FunctionalInterface
	private interface Cell {

		String of(List<Map<String, Double>> runs);

	}

}
