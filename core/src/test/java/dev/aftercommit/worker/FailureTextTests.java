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

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.store.Failure;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures as text that every store takes.
 */
class FailureTextTests {

	@Test
	void typeMessageCauseAndStackAreThere() {
		Failure failure = FailureText.of(AttemptOutcome.FAILED,
				new IllegalStateException("outer", new IllegalArgumentException("inner")));
		assertThat(failure.type()).isEqualTo(IllegalStateException.class.getName());
		assertThat(failure.text()).contains("outer")
			.contains("Caused by: java.lang.IllegalArgumentException: inner")
			.contains("FailureTextTests");
	}

	@Test
	void aHugeMessageIsCutAndNeverInTheMiddleOfACharacter() {
		for (int offset = 0; offset < 2; offset++) {
			String message = "x".repeat(offset) + "\uD83D\uDE00".repeat(100_000);
			String text = FailureText.of(AttemptOutcome.FAILED, new IllegalStateException(message)).text();
			assertThat(text.length()).isBetween(Failure.MAX_TEXT - 1, Failure.MAX_TEXT);
			assertStorable(text);
		}
	}

	@Test
	void nulAndHalvesOfSurrogatePairsAreLeftOut() {
		String text = FailureText
			.of(AttemptOutcome.FAILED, new IllegalStateException("a\u0000b\uD83Dc\uDE00d\uD83D\uDE00e"))
			.text();
		assertThat(text).contains("abcd\uD83D\uDE00e");
		assertStorable(text);
	}

	@Test
	void anExceptionWhoseMessageFailsStillHasAType() {
		Failure failure = FailureText.of(AttemptOutcome.FAILED, new UnspeakableException());
		assertThat(failure.type()).isEqualTo(UnspeakableException.class.getName());
		assertThat(failure.text()).contains(UnspeakableException.class.getName())
			.contains(UnsupportedOperationException.class.getName());
	}

	private static void assertStorable(String text) {
		assertThat(text).doesNotContain("\u0000");
		assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)).isEqualTo(text);
	}

	private static final class UnspeakableException extends RuntimeException {

		@Override
		public String getMessage() {
			throw new UnsupportedOperationException("planted");
		}

	}

}
