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

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * B5: one job at a time on an idle system, from the answer to the commit to the first
 * statement of the body. Pauses between the jobs are random, so that no poll falls into
 * step with them.
 */
final class Pickup implements Measurement {

	private static final long TIMEOUT_SECONDS = 60;

	private final Ledger ledger;

	private final JdbcTemplate jdbc;

	private final Sizes sizes;

	private final Random random = new Random(17);

	Pickup(Database database, Ledger ledger, Sizes sizes) {
		this.ledger = ledger;
		this.jdbc = new JdbcTemplate(database.pool());
		this.sizes = sizes;
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		contender.start(() -> {
		});
		int warmUp = this.sizes.samples() / 2;
		for (int job = 0; job < warmUp; job++) {
			pickUp(contender, job);
		}
		double[] millis = new double[this.sizes.samples()];
		for (int sample = 0; sample < millis.length; sample++) {
			pause();
			millis[sample] = pickUp(contender, warmUp + sample) / 1e6;
		}
		contender.stop();
		Arrays.sort(millis);
		Map<String, Double> figures = new LinkedHashMap<>();
		figures.put("p50 ms", quantile(millis, 0.5));
		figures.put("p95 ms", quantile(millis, 0.95));
		figures.put("p99 ms", quantile(millis, 0.99));
		figures.put("duplicates", (double) this.ledger.duplicates(0, warmUp + millis.length));
		return figures;
	}

	private long pickUp(Contender contender, int job) throws InterruptedException {
		contender.transactions().executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO business (name) VALUES (?)", "order");
			contender.enqueue(job, 1);
		});
		long committed = StampingTransactionManager.lastCommit();
		this.ledger.awaitDistinct(job + 1, TIMEOUT_SECONDS, TimeUnit.SECONDS);
		return this.ledger.firstRun(job) - committed;
	}

	private void pause() {
		long longest = TimeUnit.MILLISECONDS.toNanos(this.sizes.pauseMillis());
		LockSupport.parkNanos(longest / 2 + (long) (this.random.nextDouble() * longest / 2));
	}

	private static double quantile(double[] sorted, double share) {
		return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
	}

}
