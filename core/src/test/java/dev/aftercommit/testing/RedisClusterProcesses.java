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

package dev.aftercommit.testing;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * A Redis Cluster of three masters without replicas, each a process of its own.
 */
public final class RedisClusterProcesses implements AutoCloseable {

	private static final int SLOTS = 16384;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final List<RedisProcess> masters = Stream.generate(RedisClusterProcesses::master).limit(3).toList();

	private static RedisProcess master() {
		return RedisProcess.start("--cluster-enabled", "yes", "--cluster-port",
				Integer.toString(RedisProcess.freePort()), "--appendonly", "yes", "--appendfsync", "everysec");
	}

	/**
	 * A cluster that answers for all of its slots.
	 */
	public static RedisClusterProcesses start() {
		RedisClusterProcesses cluster = new RedisClusterProcesses();
		cluster.meet();
		return cluster;
	}

	private void meet() {
		for (int i = 0; i < this.masters.size(); i++) {
			int from = SLOTS * i / this.masters.size();
			int to = SLOTS * (i + 1) / this.masters.size() - 1;
			this.masters.get(i).tell("CLUSTER ADDSLOTSRANGE " + from + " " + to);
			this.masters.get(i).tell("CLUSTER SET-CONFIG-EPOCH " + (i + 1));
		}
		RedisProcess first = this.masters.get(0);
		for (RedisProcess other : this.masters.subList(1, this.masters.size())) {
			first.tell("CLUSTER MEET 127.0.0.1 " + other.port() + " " + busPort(other));
		}
		for (RedisProcess each : this.masters) {
			Awaitility.await("cluster").atMost(PATIENCE).until(() -> {
				String info = each.tell("CLUSTER INFO");
				return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
						&& info.contains("cluster_slots_ok:" + SLOTS);
			});
		}
	}

	private static String busPort(RedisProcess process) {
		String nodes = process.tell("CLUSTER NODES");
		return nodes.replaceFirst("(?s).*@(\\d+).*", "$1");
	}

	public List<RedisProcess> masters() {
		return this.masters;
	}

	@Override
	public void close() {
		this.masters.forEach(RedisProcess::close);
	}

}
