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

import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A token is held as long as a job of it is in hand.
 */
class TokensTests {

	private final Tokens tokens = new Tokens();

	@Test
	void eachIsHandedOutOnceAndHigherThanTheOneBefore() {
		assertThat(this.tokens.take()).isOne();
		assertThat(this.tokens.take()).isEqualTo(2);
		assertThat(this.tokens.snapshot()).isEqualTo(new Tokens.Snapshot(Set.of(1L, 2L), 3));
	}

	@Test
	void aTokenIsHeldUntilTheLastOfItsJobsIsLetGo() {
		long token = this.tokens.take();
		this.tokens.hold(token, 3);
		this.tokens.release(token);
		this.tokens.release(token);
		assertThat(this.tokens.snapshot().held()).containsExactly(token);
		this.tokens.release(token);
		assertThat(this.tokens.snapshot()).isEqualTo(new Tokens.Snapshot(Set.of(), 2));
		this.tokens.release(token);
		assertThat(this.tokens.snapshot().held()).isEmpty();
	}

	@Test
	void aClaimWithoutJobsHoldsNothing() {
		long token = this.tokens.take();
		this.tokens.hold(token, 0);
		assertThat(this.tokens.snapshot().held()).isEmpty();
	}

	@Test
	void aClaimOfOneJobIsLetGoWithIt() {
		long token = this.tokens.take();
		this.tokens.hold(token, 1);
		this.tokens.release(token);
		assertThat(this.tokens.snapshot().held()).isEmpty();
	}

}
