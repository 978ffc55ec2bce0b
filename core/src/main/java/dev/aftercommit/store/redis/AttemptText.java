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

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobAttempt;
import dev.aftercommit.store.Failure;

/**
 * An attempt that has ended, as {@code common.lua} writes it: a line of its number, its
 * node, when it was claimed and when it ended, in microseconds, then how.
 */
final class AttemptText {

	private static final int WORDS = 4;

	private AttemptText() {
	}

	/** An attempt; {@code null} if the text is nothing that was written there. */
	static @Nullable JobAttempt read(String text) {
		int end = text.indexOf('\n');
		String[] words = (end >= 0) ? text.substring(0, end).split(" ") : new String[0];
		Failure failure = FailureText.read(text.substring(end + 1));
		if (words.length != WORDS || failure == null) {
			return null;
		}
		boolean failed = !failure.type().isEmpty();
		return new JobAttempt((int) number(words[0]), number(words[1]),
				words[2].equals("-") ? null : Micros.instant(number(words[2])), Micros.instant(number(words[3])),
				failure.outcome(), failed ? failure.type() : null, failed ? failure.text() : null);
	}

	private static long number(String word) {
		return word.matches("-?\\d{1,16}") ? Long.parseLong(word) : 0;
	}

}
