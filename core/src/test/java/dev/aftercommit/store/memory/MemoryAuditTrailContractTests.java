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

package dev.aftercommit.store.memory;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.aftercommit.AuditEntry.Kind;
import dev.aftercommit.store.AbstractAuditTrailContractTests;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.StoreHarness;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Operators' orders in memory.
 */
class MemoryAuditTrailContractTests extends AbstractAuditTrailContractTests {

	@Override
	protected StoreHarness newHarness() {
		return new MemoryStoreHarness();
	}

	@Test
	void noMoreThanTheLatestTenThousandAreKept() {
		AuditTrail trail = new MemoryStoreHarness().store().auditTrail();
		UUID job = UUID.randomUUID();
		trail.append(new AuditNote("first", "retry", Kind.MANY, "all", "DONE", List.of(job)));
		for (int i = 0; i < 10_000; i++) {
			assertThat(trail.about(Kind.JOB, job.toString(), 1)).hasSize(1);
			trail.append(new AuditNote("u", "pause", Kind.QUEUE, "q" + i, "DONE", List.of()));
		}
		assertThat(trail.about(Kind.JOB, job.toString(), 1)).isEmpty();
		assertThat(trail.about(Kind.QUEUE, "q0", 1)).hasSize(1);
	}

}
