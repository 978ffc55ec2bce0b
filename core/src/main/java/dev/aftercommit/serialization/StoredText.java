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

package dev.aftercommit.serialization;

import java.io.Writer;

/**
 * Text on its way to the store: refuses to grow beyond what may be stored.
 */
final class StoredText extends Writer {

	private final StringBuilder text = new StringBuilder(256);

	private final int maxBytes;

	/**
	 * Start with nothing.
	 * @param maxBytes the most that may be stored, in bytes of UTF-8
	 */
	StoredText(int maxBytes) {
		this.maxBytes = maxBytes;
	}

	@Override
	public void write(int character) {
		this.text.append((char) character);
		checkLength();
	}

	@Override
	public void write(char[] buffer, int offset, int length) {
		this.text.append(buffer, offset, length);
		checkLength();
	}

	@Override
	public void write(String string, int offset, int length) {
		this.text.append(string, offset, offset + length);
		checkLength();
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

	int length() {
		return this.text.length();
	}

	/**
	 * Check what was written: its size in bytes, that every database can store it, and
	 * that its numbers can be read again.
	 * @return the text
	 * @throws UnstorableException if not
	 */
	String checked() {
		long bytes = 0;
		for (int i = 0; i < this.text.length(); i++) {
			char character = this.text.charAt(i);
			if (character < 0x80) {
				bytes++;
			}
			else if (character < 0x800) {
				bytes += 2;
			}
			else if (!Character.isSurrogate(character)) {
				bytes += 3;
			}
			else if (isPairAt(i)) {
				bytes += 4;
				i++;
			}
			else {
				throw new UnstorableException(i, "a text with half of a surrogate pair (\\u%04x), which no database can"
					.formatted((int) character) + " store: cut texts at code points, not at chars");
			}
		}
		if (bytes > this.maxBytes) {
			throw tooLarge();
		}
		if (this.text.length() > JobJson.MAX_NUMBER_LENGTH) {
			checkNumbers();
		}
		return this.text.toString();
	}

	private void checkNumbers() {
		boolean inString = false;
		int start = 0;
		for (int i = 0; i < this.text.length(); i++) {
			char character = this.text.charAt(i);
			if (inString && character == '\\') {
				i++;
			}
			else if (character == '"') {
				inString = !inString;
			}
			if (inString || ",:[]{}\"".indexOf(character) >= 0) {
				start = i + 1;
			}
			else if (i - start >= JobJson.MAX_NUMBER_LENGTH) {
				throw new UnstorableException(start, "a number of more than " + JobJson.MAX_NUMBER_LENGTH
						+ " characters, which can't be read back: pass it as a text");
			}
		}
	}

	private boolean isPairAt(int index) {
		return Character.isHighSurrogate(this.text.charAt(index)) && index + 1 < this.text.length()
				&& Character.isLowSurrogate(this.text.charAt(index + 1));
	}

	private void checkLength() {
		if (this.text.length() > this.maxBytes) {
			throw tooLarge();
		}
	}

	private UnstorableException tooLarge() {
		return new UnstorableException(this.text.length(), "more than the " + this.maxBytes + " bytes of JSON that"
				+ " 'aftercommit.payload.max-size' allows: pass an id and load the data in the job, or raise the limit");
	}

	/**
	 * What was written can't be stored.
	 */
	@SuppressWarnings("serial")
	static final class UnstorableException extends RuntimeException {

		private final int position;

		UnstorableException(int position, String message) {
			super(message);
			this.position = position;
		}

		int position() {
			return this.position;
		}

	}

}
