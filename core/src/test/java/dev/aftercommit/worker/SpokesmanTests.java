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

package dev.aftercommit.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobProgress;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.Words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * From what bodies say to few writes. Time stands still but where a test moves it.
 */
class SpokesmanTests {

	private final Attempts attempts = new Attempts();

	private final JobLeases leases = mock(JobLeases.class);

	private final List<List<Words>> writes = new ArrayList<>();

	private @Nullable RuntimeException failure;

	private final Spokesman spokesman = new Spokesman(this.leases, this.attempts.node,
			new Outage("say", Duration.ofMillis(200)));

	@BeforeEach
	void listen() {
		this.attempts.node.onWords(this.spokesman::hear);
		willAnswer((call) -> {
			if (this.failure != null) {
				throw this.failure;
			}
			this.writes.add(call.getArgument(0));
			return null;
		}).given(this.leases).note(anyList());
	}

	@Test
	void whileNobodySaysAnythingNothingIsWrittenAndNobodyWaits() {
		Attempt silent = this.attempts.next("silent");
		assertThat(this.spokesman.speak()).isEqualTo(Loop.FOREVER);
		this.spokesman.lastWords(List.of(silent));
		assertThat(this.writes).isEmpty();
	}

	@Test
	void whatAllSayIsWrittenTogetherAtOnceAndThenTwiceASecond() {
		Attempt one = this.attempts.next("one");
		Attempt other = this.attempts.next("other");
		one.progress(1, 10);
		other.log("hello");
		one.progress(2, 10);
		assertThat(this.spokesman.speak()).isEqualTo(Spokesman.PAUSE_NANOS);
		assertThat(this.writes).singleElement().satisfies((words) -> {
			assertThat(words).extracting(Words::id).containsExactly(one.jobId(), other.jobId());
			assertThat(words).extracting(Words::lease).containsExactly(one.job().lease(), other.job().lease());
			assertThat(words.get(0).progress()).isEqualTo(new JobProgress(2, 10));
			assertThat(words.get(1).log()).containsExactly("hello");
		});
		one.progress(3, 10);
		assertThat(this.spokesman.speak()).isEqualTo(Spokesman.PAUSE_NANOS);
		this.attempts.nanoTime.addAndGet(Spokesman.PAUSE_NANOS - 1);
		assertThat(this.spokesman.speak()).isEqualTo(1);
		assertThat(this.writes).hasSize(1);
		this.attempts.nanoTime.addAndGet(1);
		this.spokesman.speak();
		assertThat(this.writes).hasSize(2)
			.last()
			.satisfies(
					(words) -> assertThat(words).extracting(Words::progress).containsExactly(new JobProgress(3, 10)));
		assertThat(this.spokesman.speak()).isEqualTo(Loop.FOREVER);
	}

	@Test
	void aMillionWordsAreAsFewWritesAsThereAreHalfSeconds() {
		Attempt attempt = this.attempts.next("chatty");
		for (int i = 0; i < 1_000_000; i++) {
			attempt.progress(i, 1_000_000);
			attempt.log("line " + i);
			if (i % 100_000 == 0) {
				this.attempts.nanoTime.addAndGet(Spokesman.PAUSE_NANOS / 2);
				this.spokesman.speak();
			}
		}
		assertThat(this.writes).hasSizeBetween(4, 6);
		attempt.end();
		this.spokesman.lastWords(List.of(attempt));
		Words last = this.writes.get(this.writes.size() - 1).get(0);
		assertThat(last.progress()).isEqualTo(new JobProgress(999_999, 1_000_000));
		assertThat(last.log()).hasSize(201).startsWith("(999800 earlier lines were dropped)").endsWith("line 999999");
	}

	@Test
	void linesAreBoundedAndStorable() {
		Attempt attempt = this.attempts.next("long");
		attempt.log("a\nb\r\nc");
		attempt.log("nul \0 and half \uD83D a pair");
		attempt.log("x".repeat(1001));
		List<String> log = attempt.unwritten().log();
		assertThat(log).startsWith("a", "b", "c", "nul  and half  a pair");
		assertThat(log.get(4)).hasSize(1000).endsWith("x…");
		for (int i = 0; i < 100; i++) {
			attempt.log("y".repeat(1000));
		}
		log = attempt.unwritten().log();
		assertThat(log).hasSize(17).first().isEqualTo("(89 earlier lines were dropped)");
		assertThatIllegalArgumentException().isThrownBy(() -> attempt.progress(-1, 2))
			.withMessageContaining("'done' (-1) and 'total' (2)");
	}

	@Test
	void whatCouldNotBeWrittenIsSaidAgain() {
		Attempt attempt = this.attempts.next("work");
		attempt.log("kept");
		this.failure = new JobStoreException("planted", null);
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(this.spokesman::speak);
		this.spokesman.lastWords(List.of(attempt));
		this.failure = null;
		this.attempts.nanoTime.addAndGet(Spokesman.PAUSE_NANOS);
		this.spokesman.speak();
		assertThat(this.writes).singleElement()
			.satisfies((words) -> assertThat(words.get(0).log()).containsExactly("kept"));
	}

	@Test
	void whatIsSaidAfterTheEndIsDropped() {
		Attempt attempt = this.attempts.next("work");
		attempt.log("before");
		attempt.end();
		attempt.log("after");
		attempt.progress(1, 1);
		this.spokesman.lastWords(List.of(attempt));
		this.spokesman.speak();
		assertThat(this.writes).singleElement()
			.satisfies((words) -> assertThat(words.get(0).log()).containsExactly("before"));
	}

}
