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

package dev.aftercommit.autoconfigure.dashboard;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.autoconfigure.dashboard.Format.When;
import dev.aftercommit.autoconfigure.dashboard.JobRow.Badge;
import dev.aftercommit.autoconfigure.dashboard.View.Watch;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * The nodes, live and dead, and whether a deploy has reached all of them.
 */
final class NodesPage implements Page {

	private final Readings readings;

	private final Clock clock;

	NodesPage(Readings readings, Clock clock) {
		this.readings = readings;
		this.clock = clock;
	}

	@Override
	public View show(ServerRequest request) {
		Instant now = this.clock.instant();
		Map<String, AuditRow> orders = this.readings.lastOrders(AuditEntry.Kind.NODE, now);
		List<Row> rows = this.readings.nodes()
			.stream()
			.map((node) -> row(node, orders.get(Long.toString(node.number())), now))
			.toList();
		List<Stranded> stranded = this.readings.unknownNames().stream().map((each) -> Stranded.of(each, now)).toList();
		return View.of("nodes", "Nodes",
				new Nodes(Deploy.of(this.readings.liveNodes()), stranded, !stranded.isEmpty(), rows, rows.isEmpty()),
				new Watch("", this.readings.stamp()));
	}

	private Row row(NodeSnapshot node, @Nullable AuditRow last, Instant now) {
		boolean alive = this.readings.isAlive(node);
		return new Row(node.number(), node.name(), version(node), badge(node, alive), Format.at(node.startedAt(), now),
				Format.duration(node.silentFor()), Format.when(node.endedAt(), now), Format.number(node.running()),
				Format.number(node.concurrency()), node.names().stream().sorted().toList(), node.names().size(),
				(node.queues() != null) ? node.queues().stream().sorted().toList() : null, node.endedAt() == null,
				node.quiet(), last);
	}

	static String version(NodeSnapshot node) {
		return node.version().isEmpty() ? "no version" : node.version();
	}

	private static Badge badge(NodeSnapshot node, boolean alive) {
		if (node.endedAt() != null) {
			return new Badge("ended", "over");
		}
		if (!alive) {
			return new Badge("lost", "bad");
		}
		return node.quiet() ? new Badge("quiet", "wait") : new Badge("alive", "good");
	}

	/**
	 * The page.
	 *
	 * @param deploy which versions run
	 * @param stranded what no live node can run
	 * @param anyStranded whether there is any of it
	 * @param rows the nodes
	 * @param none whether there are none
	 */
	record Nodes(Deploy deploy, List<Stranded> stranded, boolean anyStranded, List<Row> rows, boolean none) {

	}

	/**
	 * A node.
	 *
	 * @param number its number
	 * @param name host and process
	 * @param version the application's version
	 * @param state whether it can be expected to run jobs
	 * @param started when it made itself known
	 * @param silent how long ago it was heard
	 * @param ended when it ended, if it has
	 * @param running how many jobs it has
	 * @param slots how many it runs at once at most
	 * @param names names of the handlers that it knows
	 * @param nameCount how many these are
	 * @param queues queues that it serves, {@code null} for all
	 * @param there whether it has not ended
	 * @param quiet whether it was told to claim nothing more
	 * @param last the last order about it, if it is among the latest ones
	 */
	record Row(long number, String name, String version, Badge state, When started, String silent, @Nullable When ended,
			String running, String slots, List<String> names, int nameCount, @Nullable List<String> queues,
			boolean there, boolean quiet, @Nullable AuditRow last) {

	}

}
