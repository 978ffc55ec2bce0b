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

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import dev.aftercommit.Explanation;
import dev.aftercommit.store.NewJob;

/**
 * B13: what a crowd in one queue costs another one. First {@link Pickup} on an empty
 * system; then, in the same JVM, a crowd comes: jobs of a name that no node knows, and
 * behind them jobs of one concurrency key, of which one runs and does not end. Then the
 * same again, and an operator asks why jobs of the crowd don't run.
 */
final class Crowded implements Measurement {

	private static final int AT_ONCE = 1000;

	private static final int STRANGERS_PER_MILLION = 100_000;

	private static final int QUESTIONS = 200;

	private static final long TIMEOUT_SECONDS = 300;

	private static final Map<String, String> ONE_KEY = Map.of("aftercommit.concurrency-key", "one");

	private final Pickup empty;

	private final Pickup crowded;

	private final int keyed;

	private final int strangers;

	private final Clock clock = Clock.systemUTC();

	private final Random random = new Random(17);

	/**
	 * Create the measurement.
	 * @param keyed how many jobs of one key wait
	 */
	Crowded(Database database, Ledger ledger, Sizes sizes, int keyed) {
		this.empty = new Pickup(database, ledger, sizes);
		this.crowded = new Pickup(database, ledger, sizes);
		this.keyed = keyed;
		this.strangers = (int) ((long) keyed * STRANGERS_PER_MILLION / 1_000_000);
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		Ours ours = (Ours) contender;
		ours.start(() -> {
		});
		int first = this.empty.pickUpAll(ours, 0);
		long began = System.nanoTime();
		List<UUID> ids = comeIn(ours);
		double seconds = (System.nanoTime() - began) / 1e9;
		this.crowded.pickUpAll(ours, first);
		List<Double> answers = ask(ours, ids);
		ours.stop();

		Map<String, Double> figures = new LinkedHashMap<>();
		put(figures, "pickup, empty, ", Quantiles.of(this.empty.samples()));
		put(figures, "pickup, crowded, ", Quantiles.of(this.crowded.samples()));
		figures.put("pickup p50, × empty", Objects.requireNonNull(figures.get("pickup, crowded, p50 ms"))
				/ Objects.requireNonNull(figures.get("pickup, empty, p50 ms")));
		put(figures, "explain, ", Quantiles.of(answers));
		figures.put("waiting jobs", (double) ids.size());
		figures.put("seconds to enqueue them", seconds);
		return figures;
	}

	private static void put(Map<String, Double> figures, String prefix, Map<String, Double> quantiles) {
		quantiles.forEach((name, value) -> figures.put(prefix + name, value));
	}

	private List<UUID> comeIn(Ours ours) throws InterruptedException {
		List<UUID> ids = new ArrayList<>();
		enqueue(ours, "stranger", Map.of(), this.strangers, ids);
		enqueue(ours, NoOpJobs.CROWD, ONE_KEY, this.keyed, ids);
		UUID last = ids.get(ids.size() - 1);
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
		while (why(ours, last) != Explanation.Kind.KEY_IS_HELD) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("The crowd did not settle: " + ours.operations().explain(last));
			}
			TimeUnit.MILLISECONDS.sleep(100);
		}
		return ids;
	}

	private void enqueue(Ours ours, String name, Map<String, String> headers, int count, List<UUID> ids) {
		for (int from = 0; from < count; from += AT_ONCE) {
			List<NewJob> jobs = new ArrayList<>();
			for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
				UUID id = timeOrdered(ids.size());
				ids.add(id);
				jobs.add(new NewJob(id, name, NoOpJobs.CROWD, 0, null, "[" + i + "]", headers));
			}
			ours.store().intake().enqueue(jobs);
		}
	}

	private UUID timeOrdered(int number) {
		return new UUID((this.clock.millis() << 16) | 0x7000 | (number & 0xfff),
				(1L << 63) | (this.random.nextLong() >>> 2));
	}

	private List<Double> ask(Ours ours, List<UUID> ids) {
		List<Double> answers = new ArrayList<>();
		for (int question = 0; question < QUESTIONS; question++) {
			UUID id = ids.get(this.random.nextInt(ids.size()));
			long began = System.nanoTime();
			Explanation.Kind kind = why(ours, id);
			answers.add((System.nanoTime() - began) / 1e6);
			if (kind != Explanation.Kind.KEY_IS_HELD && kind != Explanation.Kind.NAME_IS_UNKNOWN) {
				throw new IllegalStateException("Of a job in the crowd it is said: " + ours.operations().explain(id));
			}
		}
		return answers;
	}

	private static Explanation.Kind why(Ours ours, UUID id) {
		return ours.operations().explain(id).reasons().get(0).kind();
	}

}
