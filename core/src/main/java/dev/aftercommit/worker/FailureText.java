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

import java.io.PrintWriter;
import java.io.Writer;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.store.Failure;

/**
 * Turns what a body threw into text that every store takes.
 */
final class FailureText {

	private static final int MOST_CAUSES = 5;

	private static final int LONGEST_CAUSE = 500;

	private FailureText() {
	}

	static Failure of(AttemptOutcome outcome, Throwable thrown) {
		return new Failure(outcome, storable(thrown.getClass().getName()), stack(thrown));
	}

	private static String stack(Throwable thrown) {
		BoundedWriter text = new BoundedWriter(Failure.MAX_TEXT);
		try {
			thrown.printStackTrace(new PrintWriter(text));
			if (text.isFull() && thrown.getCause() != null) {
				text = new BoundedWriter(Failure.MAX_TEXT);
				writeCauses(thrown, text);
				thrown.printStackTrace(new PrintWriter(text));
			}
		}
		catch (RuntimeException | StackOverflowError ex) {
			// A message that can't be made must not cost the job its outcome.
			return thrown.getClass().getName() + ", whose message or stack failed with " + ex.getClass().getName();
		}
		return storable(text.toString());
	}

	/** First of all: what is at the end of a long stack is often what matters. */
	private static void writeCauses(Throwable thrown, BoundedWriter text) {
		Throwable cause = thrown.getCause();
		for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
			String line = "Caused by: " + cause;
			text.write(line, 0, Math.min(line.length(), LONGEST_CAUSE));
			text.write("\n", 0, 1);
			cause = cause.getCause();
		}
	}

	/**
	 * Without NUL, which PostgreSQL refuses, and without halves of surrogate pairs, which
	 * are no text in UTF-8.
	 */
	static String storable(String text) {
		StringBuilder storable = new StringBuilder(text.length());
		text.codePoints()
			.filter((point) -> point != 0 && !(point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE))
			.forEach(storable::appendCodePoint);
		return storable.toString();
	}

	/** Keeps the beginning, whatever the size of the message. */
	private static final class BoundedWriter extends Writer {

		private final StringBuilder text = new StringBuilder();

		private final int limit;

		private BoundedWriter(int limit) {
			this.limit = limit;
		}

		@Override
		public void write(char[] buffer, int offset, int length) {
			this.text.append(buffer, offset, Math.min(length, this.limit - this.text.length()));
		}

		@Override
		public void write(String string, int offset, int length) {
			this.text.append(string, offset, offset + Math.min(length, this.limit - this.text.length()));
		}

		private boolean isFull() {
			return this.text.length() == this.limit;
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

		@Override
		public String toString() {
			return this.text.toString();
		}

	}

}
