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

package dev.aftercommit.store.redis;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import dev.aftercommit.store.CancelRequest;
import dev.aftercommit.store.Headers;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.NodeOrders;
import dev.aftercommit.store.Nodes;

/**
 * The nodes, by the time of their last sign of life.
 */
final class RedisNodes implements Nodes {

	private final Redis redis;

	RedisNodes(Redis redis) {
		this.redis = redis;
	}

	@Override
	public long register(NodeInfo info) {
		Set<String> queues = info.queues();
		Map<String, String> limits = new TreeMap<>();
		info.queueConcurrency().forEach((queue, limit) -> limits.put(queue, limit.toString()));
		return this.redis
			.run("register a node", Script.REGISTER, info.name(), info.version(), String.join("\n", info.names()),
					(queues != null) ? String.join("\n", queues) : NodeReply.ALL_QUEUES,
					Integer.toString(info.concurrency()), Headers.write(limits))
			.number();
	}

	@Override
	public boolean heartbeat(long node) {
		return this.redis.run("take a heartbeat", Script.HEARTBEAT, Long.toString(node)).number() == 1;
	}

	@Override
	public NodeOrders orders(long node) {
		Reply reply = this.redis.run("look for orders", Script.NODE_ORDERS, Long.toString(node));
		boolean quiet = reply.number() == 1;
		Set<CancelRequest> requests = new HashSet<>();
		while (reply.hasNext()) {
			UUID id = Ids.read(reply.nextBytes(), 0);
			long token = reply.number();
			if (id != null) {
				requests.add(new CancelRequest(id, new Lease(node, token)));
			}
		}
		return new NodeOrders(quiet, requests);
	}

	@Override
	public boolean quiet(long node) {
		return this.redis.run("quiet a node", Script.QUIET, Long.toString(node), "1").number() == 1;
	}

	@Override
	public boolean resume(long node) {
		return this.redis.run("resume a node", Script.QUIET, Long.toString(node), "0").number() == 1;
	}

	@Override
	public void end(long node) {
		this.redis.run("end a node", Script.END, Long.toString(node));
	}

}
