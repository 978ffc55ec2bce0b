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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs in hand whose bodies have not started.
 */
class AttemptBufferTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Attempts attempts = new Attempts();

	private final AttemptBuffer buffer = new AttemptBuffer();

	@Test
	void theyComeOutInTheOrderInWhichTheyWentIn() {
		Attempt first = this.attempts.next("a");
		Attempt second = this.attempts.next("b");
		Attempt third = this.attempts.next("c");
		assertThat(this.buffer.addAll(List.of(first, second))).isTrue();
		assertThat(this.buffer.addAll(List.of(third))).isTrue();
		assertThat(this.buffer.size()).isEqualTo(3);
		assertThat(this.buffer.take()).isSameAs(first);
		assertThat(this.buffer.size()).isEqualTo(2);
		assertThat(this.buffer.take()).isSameAs(second);
		assertThat(this.buffer.take()).isSameAs(third);
		assertThat(this.buffer.size()).isZero();
	}

	@Test
	void thoseThatGoFirstComeOutBeforeAllOthersInTheirOrder() {
		Attempt other = this.attempts.next("other");
		Attempt first = this.attempts.next("a");
		Attempt second = this.attempts.next("b");
		this.buffer.addAll(List.of(other));
		this.buffer.addFirst(List.of(first));
		this.buffer.addFirst(List.of(second));
		assertThat(this.buffer.size()).isEqualTo(3);
		assertThat(this.buffer.take()).isSameAs(first);
		assertThat(this.buffer.take()).isSameAs(second);
		assertThat(this.buffer.take()).isSameAs(other);
		assertThat(this.buffer.size()).isZero();
	}

	@Test
	void thoseThatGoFirstAreTakenOutAgainAndLeftLikeOthers() {
		Attempt first = this.attempts.next("a");
		long now = this.attempts.nanoTime.get();
		this.buffer.addFirst(List.of(first));
		assertThat(this.buffer.takeOlderThan(200, now + 200)).isEmpty();
		assertThat(this.buffer.takeOlderThan(200, now + 201)).containsExactly(first);
		this.buffer.addAll(List.of(this.attempts.next("b")));
		this.buffer.addFirst(List.of(first));
		assertThat(this.buffer.close()).hasSize(2).startsWith(first);
		assertThat(this.buffer.addFirst(List.of(first))).isFalse();
	}

	@Test
	void onlyWhatWaitedLongerThanThatIsTakenOutAgainAndThenAllOfIt() {
		assertThat(this.buffer.takeOlderThan(0, this.attempts.nanoTime.get() + 1)).isEmpty();
		Attempt first = this.attempts.next("a");
		long now = this.attempts.nanoTime.get();
		this.attempts.nanoTime.addAndGet(300);
		Attempt second = this.attempts.next("b");
		this.buffer.addAll(List.of(first, second));
		assertThat(this.buffer.takeOlderThan(200, now + 200)).isEmpty();
		assertThat(this.buffer.size()).isEqualTo(2);
		assertThat(this.buffer.takeOlderThan(200, now + 201)).containsExactly(first, second);
		assertThat(this.buffer.size()).isZero();
	}

	@Test
	void onceClosedItTakesNothingAndKeepsNothing() throws Exception {
		Attempt left = this.attempts.next("a");
		this.buffer.addAll(List.of(left));
		assertThat(this.buffer.close()).containsExactly(left);
		assertThat(this.buffer.addAll(List.of(this.attempts.next("b")))).isFalse();
		assertThat(this.buffer.size()).isZero();
		assertThat(this.buffer.take()).isNull();
		assertThat(this.buffer.close()).isEmpty();
	}

	@Test
	void nobodyIsLockedOutByWhoeverLookedBefore() throws Exception {
		this.buffer.addAll(List.of(this.attempts.next("a")));
		this.buffer.takeOlderThan(200, this.attempts.nanoTime.get());
		Attempt other = this.attempts.next("b");
		assertThat(CompletableFuture.supplyAsync(() -> this.buffer.addAll(List.of(other))).get(30, TimeUnit.SECONDS))
			.isTrue();
		assertThat(this.buffer.size()).isEqualTo(2);
	}

	@Test
	void whoeverWaitsGetsTheNextOne() throws Exception {
		CompletableFuture<Attempt> one = waiting();
		CompletableFuture<Attempt> other = waiting();
		Attempt first = this.attempts.next("a");
		Attempt second = this.attempts.next("b");
		this.buffer.addAll(List.of(first, second));
		assertThat(List.of(one.get(30, TimeUnit.SECONDS), other.get(30, TimeUnit.SECONDS)))
			.containsExactlyInAnyOrder(first, second);
		assertThat(this.buffer.size()).isZero();
	}

	@Test
	void whoeverWaitsIsSentAwayByTheClose() throws Exception {
		CompletableFuture<Attempt> one = waiting();
		CompletableFuture<Attempt> other = waiting();
		this.buffer.close();
		assertThat(one.get(30, TimeUnit.SECONDS)).isNull();
		assertThat(other.get(30, TimeUnit.SECONDS)).isNull();
	}

	private CompletableFuture<Attempt> waiting() {
		CompletableFuture<Attempt> taken = new CompletableFuture<>();
		Thread thread = new Thread(() -> taken.complete(this.buffer.take()));
		thread.setDaemon(true);
		thread.start();
		await().atMost(PATIENCE).until(() -> thread.getState() == Thread.State.WAITING);
		return taken;
	}

}
