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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * B4: one, two and four JVMs drain a backlog from one database. Each number of nodes has
 * JVMs of its own. Smaller backlogs before warm them up: as many jobs for each JVM,
 * however many there are.
 */
final class SeveralNodes implements Measurement {

	private static final int[] NODES = { 1, 2, 4 };

	/** Smaller backlogs for each node. */
	private static final int WARM_UPS = 4;

	private static final long LOOK_NANOS = 1_000_000;

	private static final long TIMEOUT_NANOS = 300_000_000_000L;

	private final Database database;

	private final Ledger ledger;

	private final Meter meter;

	private final Sizes sizes;

	private final Subject subject;

	SeveralNodes(Database database, Ledger ledger, Meter meter, Sizes sizes, Subject subject) {
		this.database = database;
		this.ledger = ledger;
		this.meter = meter;
		this.sizes = sizes;
		this.subject = subject;
	}

	/** Of all numbers of nodes together. */
	static int capacity(Sizes sizes) {
		return Arrays.stream(NODES).map((number) -> warmUp(sizes, number) + sizes.jobs()).sum();
	}

	private static int warmUp(Sizes sizes, int number) {
		return backlogs(sizes, number) * (sizes.jobs() / 2);
	}

	private static int backlogs(Sizes sizes, int number) {
		return (sizes.warmUpMillis() > 0) ? WARM_UPS * number : 1;
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		Map<String, Double> figures = new LinkedHashMap<>();
		int first = 0;
		double one = Double.NaN;
		for (int number : NODES) {
			first = drain(contender, number, first, figures);
			double rate = BigTables.rate(figures);
			figures.remove(Drain.RATE);
			one = (number == 1) ? rate : one;
			figures.put("jobs/s, " + nodes(number), rate);
			if (number > 1) {
				figures.put(nodes(number) + ", × one node", rate / one);
			}
		}
		figures.put("jobs, each time", (double) this.sizes.jobs());
		figures.put("lost", (double) this.ledger.lost(0, first));
		figures.put("duplicates", (double) this.ledger.duplicates(0, first));
		return figures;
	}

	private int drain(Contender contender, int number, int first, Map<String, Double> figures) {
		List<Node> nodes = new ArrayList<>();
		try {
			for (int i = 0; i < number; i++) {
				nodes.add(Node.open(this.subject, this.database.pool().getJdbcUrl(), capacity(this.sizes),
						Database.POOL_SIZE));
			}
			nodes.forEach((node) -> node.awaitDone(this.ledger));
			int half = this.sizes.jobs() / 2;
			for (int i = 0; i < backlogs(this.sizes, number); i++) {
				drain(contender, nodes, first + i * half, half);
			}
			nodes.forEach(Node::rest);
			nodes.forEach((node) -> node.awaitDone(this.ledger));
			int warm = first + warmUp(this.sizes, number);
			Map<String, Double> drained = drain(contender, nodes, warm, this.sizes.jobs());
			figures.put(Drain.RATE, drained.get(Drain.RATE));
			// The nodes are other JVMs than this one.
			Meter.addCosts(figures, Meter.OF_SERVER, ", " + nodes(number), drained);
			Meter.Claims claims = this.meter.claims();
			figures.put("claims per job, " + nodes(number), claims.calls() / this.sizes.jobs());
			return warm + this.sizes.jobs();
		}
		finally {
			nodes.forEach(Node::close);
		}
	}

	private Map<String, Double> drain(Contender contender, List<Node> nodes, int first, int jobs) {
		Drain.preload(contender, first, jobs);
		this.database.admin().execute("ANALYZE");
		this.meter.reset();
		Meter.Reading begin = this.meter.begin();
		nodes.forEach(Node::start);
		long deadline = System.nanoTime() + TIMEOUT_NANOS;
		while (contender.hasJobs()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("The nodes have left " + contender.jobs() + " jobs");
			}
			LockSupport.parkNanos(LOOK_NANOS);
		}
		Meter.Reading end = this.meter.end();
		nodes.forEach((node) -> node.awaitDone(this.ledger));
		nodes.forEach(Node::stop);
		nodes.forEach((node) -> node.awaitDone(this.ledger));
		return end.perJobSince(begin, jobs);
	}

	private static String nodes(int number) {
		return (number == 1) ? "1 node" : number + " nodes";
	}

}
