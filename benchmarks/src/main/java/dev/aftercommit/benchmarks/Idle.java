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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * B6: what nodes that have nothing to do ask and write, one node and ten. What is counted
 * begins when they have been idle for a while, and is all that reaches the server.
 */
final class Idle implements Measurement {

	private static final int[] NODES = { 1, 10 };

	private static final int POOL_SIZE = 5;

	/** Of the seconds of a window: the time before it. */
	private static final int SETTLE = 2;

	private static final int WINDOW = 4;

	private final Database database;

	private final Ledger ledger;

	private final Meter meter;

	private final Subject subject;

	private final int seconds;

	Idle(Database database, Ledger ledger, Meter meter, Sizes sizes, Subject subject) {
		this.database = database;
		this.ledger = ledger;
		this.meter = meter;
		this.subject = subject;
		this.seconds = sizes.seconds();
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		Drain.preload(contender, 0, 1);
		contender.close();
		Map<String, Double> figures = new LinkedHashMap<>();
		for (int number : NODES) {
			List<Node> nodes = new ArrayList<>();
			try {
				for (int i = 0; i < number; i++) {
					nodes.add(Node.open(this.subject, this.database.pool().getJdbcUrl(), 1, POOL_SIZE));
				}
				nodes.forEach((node) -> node.awaitDone(this.ledger));
				nodes.forEach(Node::start);
				nodes.forEach((node) -> node.awaitDone(this.ledger));
				TimeUnit.SECONDS.sleep((long) SETTLE * this.seconds);
				measure(figures, (number == 1) ? "1 node" : number + " nodes");
				nodes.forEach(Node::stop);
				nodes.forEach((node) -> node.awaitDone(this.ledger));
			}
			finally {
				nodes.forEach(Node::close);
			}
		}
		return figures;
	}

	private void measure(Map<String, Double> figures, String nodes) throws InterruptedException {
		this.meter.reset();
		Meter.Reading begin = this.meter.begin();
		TimeUnit.SECONDS.sleep((long) WINDOW * this.seconds);
		Meter.Reading end = this.meter.end();
		double window = (end.nanos() - begin.nanos()) / 1e9;
		// Less the one of the measurement itself.
		figures.put("statements/s, " + nodes, (end.statements() - begin.statements() - 1) / window);
		figures.put("statements/s but for begin, commit and set, " + nodes, this.meter.workingStatements() / window);
		figures.put("write transactions/s, " + nodes, (end.writes() - begin.writes()) / window);
		figures.put("WAL B/s, " + nodes, (end.walBytes() - begin.walBytes()) / window);
		figures.put("CPU ms/s of PostgreSQL, " + nodes,
				(end.postgresMicros() - begin.postgresMicros()) / 1000 / window);
	}

}
