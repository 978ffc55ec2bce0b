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

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How Redis keeps what is looked up by the hundred.
 */
class RedisEncodingTests {

	/**
	 * A short hash is one piece of memory, in which each of the hundreds of leases of a
	 * claim would be looked for from its beginning.
	 */
	@Test
	void leasesAreATableFromTheFirstOneOn() {
		LettuceConnectionFactory connections = RedisStoreHarness.connect();
		try (RedisStoreHarness redis = new RedisStoreHarness(connections)) {
			JobStore store = redis.store();
			store.intake()
				.enqueue(IntStream.range(0, 3)
					.mapToObj((i) -> new NewJob(UUID.randomUUID(), "n", "q", 0, null, "[]", Map.of()))
					.toList());
			long node = store.nodes().register(new NodeInfo("host", "", Set.of("n")));
			Claim claim = store.leases().claim(new ClaimRequest(new Lease(node, 1), null, Map.of(), Set.of("n"), 3));
			assertThat(redis.execute("OBJECT", "ENCODING", redis.key("lease:" + node))).isEqualTo("hashtable");
			assertThat(redis.execute("HLEN", redis.key("lease:" + node))).isEqualTo("3");
			List<Ending> ends = claim.jobs()
				.stream()
				.map((job) -> new Ending(job, new Outcome.Succeeded(null)))
				.toList();
			assertThat(store.leases().apply(ends)).hasSize(3);
			assertThat(redis.execute("HLEN", redis.key("lease:" + node))).isEqualTo("0");
		}
		finally {
			connections.destroy();
		}
	}

}
