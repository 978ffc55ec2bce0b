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

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * B8: waves of jobs are drained while an idle transaction keeps an old snapshot, so that
 * no dead row can be taken away. The first wave goes without.
 */
final class PinnedHorizon implements Measurement {

	private static final int WAVES = 10;

	/** Of a backlog; ten waves are a quarter of it. */
	private static final int WAVE_SHARE = 40;

	private final Database database;

	private final Drain drain;

	private final Meter meter;

	private final int wave;

	PinnedHorizon(Database database, Drain drain, Meter meter, Sizes sizes) {
		this.database = database;
		this.drain = drain;
		this.meter = meter;
		this.wave = Math.max(100, sizes.jobs() / WAVE_SHARE);
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		int first = this.drain.warmUp(contender);
		Compilers.awaitQuiet();
		this.database.admin().execute("VACUUM");
		Map<String, Double> figures = new LinkedHashMap<>();
		double lost = wave(contender, first, "horizon free", figures);
		try (Connection idle = this.database.pool().getConnection()) {
			idle.setAutoCommit(false);
			idle.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			try (Statement snapshot = idle.createStatement()) {
				snapshot.execute("SELECT count(*) FROM business");
				for (int wave = 1; wave <= WAVES; wave++) {
					String name = (wave == 1 || wave == WAVES) ? "pinned, wave " + wave : "";
					lost += wave(contender, first + wave * this.wave, name, figures);
				}
				snapshot.execute("SELECT count(*) FROM business");
			}
			idle.rollback();
			idle.setAutoCommit(true);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not keep a snapshot", ex);
		}
		figures.put("jobs a wave", (double) this.wave);
		figures.put("lost", lost);
		return figures;
	}

	private double wave(Contender contender, int first, String name, Map<String, Double> figures)
			throws InterruptedException {
		Drain.preload(contender, first, this.wave);
		this.database.claims().note();
		Map<String, Double> drained = this.drain.drainLoaded(contender, first, this.wave, contender::hasJobs);
		List<Double> claims = this.database.claims().stop();
		Meter.Claims cost = this.meter.claims();
		if (!name.isEmpty()) {
			figures.put("jobs/s, " + name, drained.get(Drain.RATE));
			Meter.addCosts(figures, Meter.ALL, ", " + name, drained);
			figures.put("blocks per claim, " + name, cost.blocks() / cost.calls());
			figures.put("jobs per claim, " + name, this.wave / cost.calls());
			if (!claims.isEmpty()) {
				figures.put("claim p99 ms, " + name, Quantiles.of(claims).get("p99 ms"));
			}
		}
		return drained.getOrDefault("lost", Double.NaN);
	}

}
