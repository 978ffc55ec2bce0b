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

package dev.aftercommit.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.AuditEntry.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every store must keep of operators' orders.
 */
public abstract class AbstractAuditTrailContractTests {

	private static final Retention ANY = new Retention(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));

	private StoreHarness harness;

	private AuditTrail trail;

	/**
	 * A harness whose store keeps no orders.
	 */
	protected abstract StoreHarness newHarness() throws Exception;

	@BeforeEach
	void openStore() throws Exception {
		this.harness = newHarness();
		this.trail = this.harness.store().auditTrail();
	}

	@AfterEach
	void closeStore() throws Exception {
		this.harness.close();
	}

	@Test
	void anOrderIsKeptAsItWasGivenAtTheTimeOfTheStoresClock() {
		this.harness.advance(Duration.ofDays(3));
		Instant before = Instant.now().plus(Duration.ofDays(3)).minusSeconds(60);
		this.trail
			.append(new AuditNote("Zo\u00eb \ud83d\ude80", "pause", Kind.QUEUE, "mail: 'a' <b>", "DONE", List.of()));
		assertThat(this.trail.latest(10)).singleElement().satisfies((entry) -> {
			assertThat(entry.at()).isBetween(before, before.plusSeconds(120));
			assertThat(entry.who()).isEqualTo("Zo\u00eb \ud83d\ude80");
			assertThat(entry.action()).isEqualTo("pause");
			assertThat(entry.kind()).isEqualTo(Kind.QUEUE);
			assertThat(entry.subject()).isEqualTo("mail: 'a' <b>");
			assertThat(entry.result()).isEqualTo("DONE");
		});
		assertThat(this.trail.about(Kind.QUEUE, "mail: 'a' <b>", 10)).isEqualTo(this.trail.latest(10));
	}

	@Test
	void nothingIsKeptOfWhatNobodyOrdered() {
		assertThat(this.trail.latest(100)).isEmpty();
		assertThat(this.trail.about(Kind.JOB, UUID.randomUUID().toString(), 100)).isEmpty();
	}

	@Test
	void theLatestOrdersComeFirstAndNoMoreThanAskedFor() {
		IntStream.range(0, 120).forEach((i) -> append("u" + i, Kind.QUEUE, (i % 2 == 0) ? "even" : "odd"));
		assertThat(this.trail.latest(3)).extracting(AuditEntry::who).containsExactly("u119", "u118", "u117");
		assertThat(this.trail.about(Kind.QUEUE, "even", 2)).extracting(AuditEntry::who).containsExactly("u118", "u116");
		assertThat(this.trail.latest(100)).hasSize(100);
		assertThat(this.trail.about(Kind.QUEUE, "odd", 100)).hasSize(60);
	}

	@Test
	void eachThingHasItsOwnOrders() {
		append("a", Kind.NODE, "1");
		append("b", Kind.QUEUE, "1");
		append("c", Kind.SCHEDULE, "1");
		append("d", Kind.QUEUE, "1:1");
		assertThat(this.trail.about(Kind.QUEUE, "1", 10)).extracting(AuditEntry::who).containsExactly("b");
		assertThat(this.trail.about(Kind.QUEUE, "1:1", 10)).extracting(AuditEntry::who).containsExactly("d");
		assertThat(this.trail.latest(10)).extracting(AuditEntry::who).containsExactly("d", "c", "b", "a");
	}

	@Test
	void anOrderAboutManyIsOneEntryAndIsFoundByEachJobThatItChanged() {
		List<UUID> jobs = Stream.generate(UUID::randomUUID).limit(1000).toList();
		append("before", Kind.JOB, jobs.get(0).toString());
		this.trail.append(new AuditNote("operator", "retry", Kind.MANY, "state=DEAD", "DONE 1000", jobs));
		append("after", Kind.JOB, jobs.get(0).toString());
		assertThat(this.trail.latest(10)).extracting(AuditEntry::kind).containsExactly(Kind.JOB, Kind.MANY, Kind.JOB);
		assertThat(this.trail.about(Kind.JOB, jobs.get(0).toString(), 10)).extracting(AuditEntry::who)
			.containsExactly("after", "operator", "before");
		assertThat(this.trail.about(Kind.JOB, jobs.get(999).toString(), 10)).singleElement()
			.satisfies((entry) -> assertThat(entry.subject()).isEqualTo("state=DEAD"))
			.satisfies((entry) -> assertThat(entry.result()).isEqualTo("DONE 1000"));
	}

	@Test
	void textsAreCutAndInOneLineAndAreFoundAllTheSame() {
		String hostile = "q\r\n\u0000\u2028\ud800" + "\ud83d\ude80".repeat(300);
		this.trail.append(new AuditNote(hostile, hostile, Kind.QUEUE, hostile, hostile, List.of()));
		assertThat(this.trail.about(Kind.QUEUE, hostile, 10)).singleElement()
			.satisfies((entry) -> assertThat(List.of(entry.who(), entry.action(), entry.subject(), entry.result()))
				.allSatisfy((text) -> assertThat(text).startsWith("q?????\ud83d\ude80")
					.endsWith("\ud83d\ude80\u2026")
					.hasSizeBetween(198, 200)));
	}

	@Test
	void whatIsOlderThanItIsKeptIsPruned() {
		UUID job = UUID.randomUUID();
		append("old", Kind.QUEUE, "mail");
		this.trail.append(new AuditNote("old", "retry", Kind.MANY, "all", "DONE", List.of(job)));
		this.harness.advance(AuditTrail.KEPT.minusDays(1));
		append("young", Kind.QUEUE, "mail");
		this.harness.store().leases().prune(ANY, 10);
		assertThat(this.trail.latest(10)).hasSize(3);
		this.harness.advance(Duration.ofDays(2));
		this.harness.store().leases().prune(ANY, 10);
		assertThat(this.trail.latest(10)).extracting(AuditEntry::who).containsExactly("young");
		assertThat(this.trail.about(Kind.QUEUE, "mail", 10)).extracting(AuditEntry::who).containsExactly("young");
		assertThat(this.trail.about(Kind.JOB, job.toString(), 10)).isEmpty();
	}

	private void append(String who, Kind kind, String subject) {
		this.trail.append(new AuditNote(who, "act", kind, subject, "DONE", List.of()));
	}

}
