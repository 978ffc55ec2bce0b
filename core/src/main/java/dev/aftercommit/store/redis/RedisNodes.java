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

import dev.aftercommit.store.NodeInfo;
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
		return this.redis
			.run("register a node", Script.REGISTER, info.name(), info.version(), String.join("\n", info.names()))
			.number();
	}

	@Override
	public boolean heartbeat(long node) {
		return this.redis.run("take a heartbeat", Script.HEARTBEAT, Long.toString(node)).number() == 1;
	}

	@Override
	public void end(long node) {
		this.redis.run("end a node", Script.END, Long.toString(node));
	}

}
