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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What Redis has of a job but its text and how it ended, word by word, as
 * {@code common.lua} tells. It may be anything: a word that is missing is empty, a number
 * that is none is zero.
 */
final class JobLine {

	private static final int LANE = 1;

	private static final int PRIORITY = 2;

	private static final int ENQUEUED = 4;

	private static final int DUE = 5;

	private static final int ATTEMPTS = 6;

	private static final int LAST_LEASE = 9;

	private static final int ENDED = 10;

	private static final int REASON = 11;

	private static final int WORDS = 12;

	/** Digits of a number that is believed. */
	private static final int DIGITS = 16;

	private final byte[] job;

	/** Where words begin, the end of the line at last. */
	private final int[] starts = new int[WORDS + 1];

	JobLine(byte[] job) {
		this.job = job;
		int words = 1;
		int at = 0;
		for (; at < job.length && job[at] != '\n'; at++) {
			if (job[at] == ' ' && words < WORDS) {
				this.starts[words++] = at + 1;
			}
		}
		Arrays.fill(this.starts, words, WORDS + 1, at + 1);
	}

	/** Whether the lane is so written. */
	boolean isIn(byte[] lane) {
		int start = Math.min(this.job.length, this.starts[LANE]);
		return Arrays.equals(this.job, start, Math.max(start, Math.min(this.job.length, end(LANE))), lane, 0,
				lane.length);
	}

	/** Of one that has not ended in any other way than by a success. */
	boolean isLive() {
		return begins('L');
	}

	boolean isDead() {
		return begins('D');
	}

	private boolean begins(char letter) {
		return this.job.length > 0 && this.job[0] == letter;
	}

	Lane lane() {
		return Lane.read(word(LANE));
	}

	int priority() {
		return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number(PRIORITY)));
	}

	/** Microseconds. */
	long enqueued() {
		return number(ENQUEUED);
	}

	/** Microseconds. */
	long due() {
		return number(DUE);
	}

	/** Microseconds. */
	long ended() {
		return number(ENDED);
	}

	String reason() {
		return word(REASON);
	}

	/** With the one by which it ended. */
	int attempts() {
		boolean endedByAttempt = this.starts[LAST_LEASE] < end(LAST_LEASE) && this.job[this.starts[LAST_LEASE]] != '-';
		return count(number(start(ATTEMPTS), slash())) + (endedByAttempt ? 1 : 0);
	}

	/** Of the attempts, those that no longer count. */
	int forgiven() {
		return count(number(slash() + 1, end(ATTEMPTS)));
	}

	private static int count(long number) {
		return (int) Math.max(0, Math.min(Integer.MAX_VALUE - 2, number));
	}

	/** Where the attempts end and, if there are any, those that are forgiven follow. */
	private int slash() {
		int at = start(ATTEMPTS);
		int end = Math.min(this.job.length, end(ATTEMPTS));
		while (at < end && this.job[at] != '/') {
			at++;
		}
		return at;
	}

	private int start(int word) {
		return Math.min(this.job.length, this.starts[word]);
	}

	private int end(int word) {
		return Math.max(this.starts[word], this.starts[word + 1] - 1);
	}

	private String word(int word) {
		int start = Math.min(this.job.length, this.starts[word]);
		int end = Math.min(this.job.length, end(word));
		return new String(this.job, start, end - start, StandardCharsets.UTF_8);
	}

	private long number(int word) {
		return number(this.starts[word], end(word));
	}

	private long number(int from, int to) {
		int end = Math.min(this.job.length, to);
		int start = Math.min(end, from);
		boolean negative = start < end && this.job[start] == '-';
		int first = negative ? start + 1 : start;
		if (first == end || end - first > DIGITS) {
			return 0;
		}
		long number = 0;
		for (int i = first; i < end; i++) {
			int digit = this.job[i] - '0';
			if (digit < 0 || digit > 9) {
				return 0;
			}
			number = number * 10 + digit;
		}
		return negative ? -number : number;
	}

}
