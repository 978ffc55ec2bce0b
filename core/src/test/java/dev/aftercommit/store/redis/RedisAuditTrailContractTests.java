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
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.AuditEntry.Kind;
import dev.aftercommit.store.AbstractAuditTrailContractTests;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.StoreHarness;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Operators' orders in Redis, whose memory is the limit.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RedisAuditTrailContractTests extends AbstractAuditTrailContractTests {

	private final LettuceConnectionFactory connections = RedisStoreHarness.connect();

	@AfterAll
	void close() {
		this.connections.destroy();
	}

	@Override
	protected StoreHarness newHarness() {
		return new RedisStoreHarness(this.connections);
	}

	@Test
	void ofEachThingTheLatestHundredAreKept() {
		try (RedisStoreHarness harness = new RedisStoreHarness(this.connections)) {
			for (int i = 0; i < 150; i++) {
				append(harness, "mail", List.of());
			}
			assertThat(harness.execute("LLEN", harness.key("audit:QUEUE:mail"))).isEqualTo("100");
			assertThat(harness.execute("LLEN", harness.key("audit"))).isEqualTo("150");
		}
	}

	@Test
	void ofEachKindTheLatestTenThousandThingsAreKept() {
		try (RedisStoreHarness harness = new RedisStoreHarness(this.connections)) {
			UUID first = UUID.randomUUID();
			append(harness, "mail", List.of(first));
			for (int i = 0; i < 10; i++) {
				append(harness, "mail", Stream.generate(UUID::randomUUID).limit(1000).toList());
			}
			AuditTrail trail = harness.store().auditTrail();
			assertThat(harness.execute("ZCARD", harness.key("audited:JOB"))).isEqualTo("10000");
			assertThat(harness.execute("EXISTS", harness.key("audit:JOB:" + first))).isEqualTo("false");
			assertThat(trail.about(Kind.JOB, first.toString(), 10)).isEmpty();
			assertThat(trail.about(Kind.QUEUE, "mail", 100)).hasSize(11);
		}
	}

	@Test
	void whatIsNoEntryIsLeftOut() {
		try (RedisStoreHarness harness = new RedisStoreHarness(this.connections)) {
			append(harness, "mail", List.of());
			long year3000 = 32503680000000000L;
			for (String strange : List.of("", "x", "1\n2", year3000 + "\na\nb\nNOTHING\nc\nd", "\n\n\n\n\n")) {
				harness.execute("RPUSH", harness.key("audit"), strange);
			}
			assertThat(harness.store().auditTrail().latest(10)).extracting(AuditEntry::subject).containsExactly("mail");
		}
	}

	private static void append(RedisStoreHarness harness, String queue, List<UUID> jobs) {
		harness.store().auditTrail().append(new AuditNote("u", "pause", Kind.QUEUE, queue, "DONE", jobs));
	}

}
