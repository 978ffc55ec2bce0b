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
import java.util.List;
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

	static final String DUPLICATES = "duplicates";

	private static final long TIMEOUT_SECONDS = 60;

	/** More are not needed to have all compiled that a job meets. */
	private static final int MOST_WARM_UPS = 5000;

	private final Ledger ledger;

	private final JdbcTemplate jdbc;

	private final Sizes sizes;

	private final Random random = new Random(17);

	private final List<Double> samples = new ArrayList<>();

	Pickup(Database database, Ledger ledger, Sizes sizes) {
		this.ledger = ledger;
		this.jdbc = new JdbcTemplate(database.pool());
		this.sizes = sizes;
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		contender.start(() -> {
		});
		int all = pickUpAll(contender, 0);
		contender.stop();
		Map<String, Double> figures = Quantiles.of(this.samples);
		figures.put(DUPLICATES, (double) this.ledger.duplicates(0, all));
		return figures;
	}

	/**
	 * While the system runs jobs. Some that follow one another at once warm it up first.
	 * @param first number of the first job
	 * @return number of the next one
	 */
	int pickUpAll(Contender contender, int first) throws InterruptedException {
		int warm = first;
		long began = System.nanoTime();
		while (warm < first + this.sizes.samples() / 2
				|| (warm < first + MOST_WARM_UPS && System.nanoTime() - began < warmUpNanos())) {
			pickUp(contender, warm++);
		}
		Compilers.awaitQuiet();
		int end = warm + this.sizes.samples();
		for (int job = warm; job < end; job++) {
			pause();
			this.samples.add(pickUp(contender, job) / 1e6);
		}
		return end;
	}

	@Override
	public List<Double> samples() {
		return this.samples;
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

	private long warmUpNanos() {
		return TimeUnit.MILLISECONDS.toNanos(this.sizes.warmUpMillis());
	}

	private void pause() {
		long longest = TimeUnit.MILLISECONDS.toNanos(this.sizes.pauseMillis());
		LockSupport.parkNanos(longest / 2 + (long) (this.random.nextDouble() * longest / 2));
	}

}
