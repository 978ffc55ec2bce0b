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

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.util.StringUtils;

/**
 * B16: the same application with and without the starter, and without it but with a
 * connection that it opens at its start, started in turn, each in a JVM of its own; the
 * tables are there. Medians.
 */
final class Footprint implements Measurement {

	private static final int STARTS = 7;

	private static final int QUICK_STARTS = 2;

	/** Its modules, and the library that only its pages need. */
	private static final Pattern STARTER = Pattern
		.compile(".*(/(core|autoconfigure|starter)/target/|aftercommit-(core|spring-boot)|jmustache).*");

	private static final String WITHOUT = "without";

	/** As most applications are: JPA and Flyway open one. */
	private static final String CONNECTED = "without, connected";

	private static final String WITH = "with";

	private static final String STARTED = "start-up ms";

	private static final String HEAP = "heap after GC, MB";

	private final Database database;

	private final int starts;

	private final Map<String, Map<String, double[]>> figures = new LinkedHashMap<>();

	Footprint(Database database, Sizes sizes) {
		this.database = database;
		this.starts = (sizes.warmUpMillis() > 0) ? STARTS : QUICK_STARTS;
	}

	@Override
	public Map<String, Double> measure(Contender contender) {
		contender.close();
		String all = System.getProperty("java.class.path");
		String without = Arrays.stream(all.split(File.pathSeparator))
			.filter((entry) -> !STARTER.matcher(entry.replace(File.separatorChar, '/')).matches())
			.collect(Collectors.joining(File.pathSeparator));
		for (int start = 0; start < this.starts; start++) {
			start(WITHOUT, without, start);
			start(CONNECTED, without, start);
			start(WITH, all, start);
		}
		Map<String, Double> medians = new LinkedHashMap<>();
		this.figures.forEach((name, values) -> new TreeMap<>(values).descendingMap()
			.forEach((which, each) -> medians.put(name + ", " + which, median(each))));
		medians.put("start-up, with, × without", of(medians, STARTED, WITH) / of(medians, STARTED, WITHOUT));
		medians.put("start-up, with, × without, connected",
				of(medians, STARTED, WITH) / of(medians, STARTED, CONNECTED));
		medians.put("heap, MB more", of(medians, HEAP, WITH) - of(medians, HEAP, WITHOUT));
		medians.put("starts of each", (double) this.starts);
		return medians;
	}

	private static double of(Map<String, Double> medians, String name, String which) {
		return Objects.requireNonNull(medians.get(name + ", " + which));
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	private void start(String which, String classPath, int start) {
		try {
			long began = System.nanoTime();
			Process process = new ProcessBuilder(Forks.java(), "-Xmx256m", "-cp", classPath,
					FootprintApplication.class.getName(), this.database.pool().getJdbcUrl(),
					Boolean.toString(which.equals(CONNECTED)))
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
			try (BufferedReader answers = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
				if (!FootprintApplication.READY.equals(answers.readLine())) {
					throw new IllegalStateException("The application did not start " + which + " the starter");
				}
				put(STARTED, which, start, (System.nanoTime() - began) / 1e6);
				List<Double> needs = Arrays.stream(StringUtils.delimitedListToStringArray(answers.readLine(), " "))
					.map(Double::valueOf)
					.toList();
				put(HEAP, which, start, needs.get(0) / 1024 / 1024);
				put("threads", which, start, needs.get(1));
				put("loaded classes", which, start, needs.get(2));
				put("connections", which, start, connections());
				process.getOutputStream().close();
				process.waitFor();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while an application was ending", ex);
		}
	}

	/** Its own: not those of this JVM's pool, nor the one beside it. */
	private double connections() {
		Double all = this.database.admin()
			.queryForObject("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()", Double.class);
		return (all != null) ? all - Database.POOL_SIZE - 1 : Double.NaN;
	}

	private void put(String name, String which, int start, double value) {
		this.figures.computeIfAbsent(name, (key) -> new LinkedHashMap<>())
			.computeIfAbsent(which, (key) -> new double[this.starts])[start] = value;
	}

}
