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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.Words;

/**
 * Brings what bodies say to the store, on one thread: that of all together, at most twice
 * a second. Sleeps while nobody says anything.
 */
final class Spokesman {

	static final long PAUSE_NANOS = 500_000_000;

	private static final Logger logger = LoggerFactory.getLogger(Spokesman.class);

	private static final int MOST_AT_ONCE = 1000;

	private final JobLeases leases;

	private final NodeState node;

	private final Outage outage;

	private final Loop loop;

	private final ConcurrentLinkedQueue<Attempt> speakers = new ConcurrentLinkedQueue<>();

	private long nextNanos;

	Spokesman(JobLeases leases, NodeState node, Outage outage) {
		this.leases = leases;
		this.node = node;
		this.outage = outage;
		this.loop = new Loop("aftercommit-words", outage, this::speak);
		this.nextNanos = node.nanoTime();
	}

	Loop loop() {
		return this.loop;
	}

	/**
	 * An attempt has something to say. Returns at once.
	 * @param attempt the attempt, not among those that are waited for
	 */
	void hear(Attempt attempt) {
		this.speakers.add(attempt);
		this.loop.wakeUp();
	}

	/** One step: what all have said since the last one. */
	long speak() {
		if (this.speakers.isEmpty()) {
			return Loop.FOREVER;
		}
		long early = this.nextNanos - this.node.nanoTime();
		if (early > 0) {
			return early;
		}
		this.nextNanos = this.node.nanoTime() + PAUSE_NANOS;
		List<Attempt> speaking = nextSpeakers();
		try {
			write(speaking);
		}
		catch (RuntimeException | Error ex) {
			// Nothing of it is lost: an attempt keeps what it has said until its end.
			speaking.stream().filter(Attempt::mayStillSpeak).forEach(this.speakers::add);
			throw ex;
		}
		this.outage.over();
		return PAUSE_NANOS;
	}

	private List<Attempt> nextSpeakers() {
		List<Attempt> speaking = new ArrayList<>();
		Attempt next = this.speakers.poll();
		while (next != null) {
			next.heardOut();
			speaking.add(next);
			next = (speaking.size() < MOST_AT_ONCE) ? this.speakers.poll() : null;
		}
		return speaking;
	}

	/**
	 * Write what attempts have said that have ended, before their outcomes are stored. A
	 * failure costs nothing but the words.
	 * @param ended the attempts
	 */
	void lastWords(List<Attempt> ended) {
		try {
			write(ended);
		}
		catch (RuntimeException ex) {
			logger.warn("Could not keep what jobs have said last", ex);
		}
	}

	private void write(List<Attempt> attempts) {
		Map<Attempt, Words> words = new LinkedHashMap<>();
		for (Attempt attempt : attempts) {
			Words unwritten = attempt.unwritten();
			if (unwritten != null) {
				words.put(attempt, unwritten);
			}
		}
		if (!words.isEmpty()) {
			this.leases.note(List.copyOf(words.values()));
			words.forEach((attempt, written) -> attempt.written(written.version()));
		}
	}

}
