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

import java.util.Optional;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A connection to the server that has the store's keys, shared with nobody; opened when
 * it is asked for. Only the client that Spring made knows how: with any other there is
 * none.
 */
final class OwnConnection implements AutoCloseable {

	private final RedisConnectionFactory connections;

	private final int slot;

	private @Nullable StatefulConnection<?, ?> opened;

	private @Nullable StatefulRedisConnection<byte[], byte[]> connection;

	OwnConnection(RedisConnectionFactory connections, String keyPrefix) {
		this.connections = connections;
		this.slot = SlotHash.getSlot("{" + keyPrefix + "}");
	}

	/** Empty if the factory isn't Lettuce's. */
	synchronized Optional<StatefulRedisConnection<byte[], byte[]>> get() {
		StatefulRedisConnection<byte[], byte[]> present = this.connection;
		if (present == null && this.connections instanceof LettuceConnectionFactory lettuce) {
			present = open(lettuce.getRequiredNativeClient());
			this.connection = present;
		}
		return Optional.ofNullable(present);
	}

	private @Nullable StatefulRedisConnection<byte[], byte[]> open(AbstractRedisClient client) {
		if (client instanceof RedisClusterClient cluster) {
			StatefulRedisClusterConnection<byte[], byte[]> all = cluster.connect(ByteArrayCodec.INSTANCE);
			this.opened = all;
			return all.getConnection(all.getPartitions().getMasterBySlot(this.slot).getNodeId());
		}
		if (client instanceof RedisClient alone) {
			StatefulRedisConnection<byte[], byte[]> one = alone.connect(ByteArrayCodec.INSTANCE);
			this.opened = one;
			return one;
		}
		return null;
	}

	@Override
	public synchronized void close() {
		StatefulConnection<?, ?> present = this.opened;
		this.opened = null;
		this.connection = null;
		if (present != null) {
			present.close();
		}
	}

}
