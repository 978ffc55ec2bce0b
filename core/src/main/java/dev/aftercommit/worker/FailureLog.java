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
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.OneLine;

/**
 * What goes wrong with attempts, one line each, in the log of this node. Of those that go
 * wrong in the same way within a minute, the first few are written in full, the others
 * are counted and summed up in one line when it is over.
 * <p>
 * What is known of an attempt goes with its line as key-value pairs, but for what is in
 * the thread's context already. Neither they nor the lines have what a job was called
 * with or what exceptions say; the latter is in the stacks that go with warnings and
 * errors.
 */
final class FailureLog {

	/** So many of one kind are written in full. */
	static final int IN_FULL = 5;

	static final Duration WINDOW = Duration.ofMinutes(1);

	/** What goes wrong in still other ways is one kind. */
	static final int MOST_KINDS = 200;

	private static final String PREFIX = "aftercommit.";

	private static final String OTHERS = "other jobs, or in other ways";

	private static final Logger logger = LoggerFactory.getLogger(FailureLog.class);

	private final LongSupplier nanoTime;

	private final Map<Kind, Window> windows = new HashMap<>();

	/**
	 * Create a log that has nothing to sum up.
	 * @param nanoTime the node's monotonic clock, in nanoseconds
	 */
	FailureLog(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Something went wrong with an attempt.
	 * @param level how bad that is
	 * @param attempt the attempt
	 * @param what what went wrong, and what comes of it
	 * @param way what makes it the same as others
	 * @param thrown what was thrown; its message and stack are written with warnings and
	 * errors only
	 */
	void wrote(Level level, Attempt attempt, String what, String way, @Nullable Throwable thrown) {
		List<Window> over = new ArrayList<>();
		if (isInFull(new Kind(attempt.job().name(), way, level), attempt, over)) {
			LoggingEventBuilder event = describe(logger.atLevel(level), attempt).addKeyValue(PREFIX + "way", way);
			write(level, event, attempt + ": " + what, thrown);
		}
		over.forEach(FailureLog::sumUp);
	}

	private static void write(Level level, LoggingEventBuilder event, String text, @Nullable Throwable thrown) {
		if (thrown == null) {
			event.log(text);
			return;
		}
		if (level.toInt() < Level.WARN.toInt()) {
			event.log(text + " (" + thrown.getClass().getName() + ")");
			return;
		}
		try {
			event.setCause(thrown).log(text);
		}
		catch (RuntimeException | StackOverflowError ex) {
			// An exception whose own message can't be made must not cost the job its
			// outcome.
			logger.atLevel(level).log("{} ({}, whose message or stack failed)", text, thrown.getClass().getName(), ex);
		}
	}

	private synchronized boolean isInFull(Kind wanted, Attempt attempt, List<Window> over) {
		Kind kind = (this.windows.containsKey(wanted) || this.windows.size() < MOST_KINDS) ? wanted
				: new Kind(OTHERS, OTHERS, wanted.level());
		long now = this.nanoTime.getAsLong();
		Window window = this.windows.get(kind);
		if (window == null || window.isOver(now)) {
			if (window != null) {
				over.add(window);
			}
			window = new Window(kind, now, attempt);
			this.windows.put(kind, window);
		}
		window.count++;
		window.latest = attempt;
		return window.count <= IN_FULL;
	}

	/** Write the sums of what has been counted for a minute. */
	void sumUp() {
		long now = this.nanoTime.getAsLong();
		remove((window) -> window.isOver(now)).forEach(FailureLog::sumUp);
	}

	/** Write all sums. */
	void close() {
		remove((window) -> true).forEach(FailureLog::sumUp);
	}

	private synchronized List<Window> remove(Predicate<Window> which) {
		List<Window> removed = new ArrayList<>();
		for (Iterator<Window> windows = this.windows.values().iterator(); windows.hasNext();) {
			Window window = windows.next();
			if (which.test(window)) {
				windows.remove();
				removed.add(window);
			}
		}
		return removed;
	}

	private static void sumUp(Window window) {
		long more = window.count - IN_FULL;
		if (more > 0) {
			describe(logger.atLevel(window.kind.level()), window.latest).addKeyValue(PREFIX + "way", window.kind.way())
				.addKeyValue(PREFIX + "count", more)
				.log("{} more attempts at {} went wrong in the same way within a minute ({}); the latest was {}", more,
						OneLine.of(window.kind.name()), window.kind.way(), window.latest);
		}
	}

	private static LoggingEventBuilder describe(LoggingEventBuilder event, Attempt attempt) {
		ClaimedJob job = attempt.job();
		Map<String, Object> known = Map.of("jobId", job.id(), "jobName", OneLine.of(job.name()), "queue",
				OneLine.of(job.queue()), "attempt", job.attempt());
		LoggingEventBuilder described = event;
		for (Map.Entry<String, Object> each : known.entrySet()) {
			// A key that is there twice makes a structured log unreadable.
			if (MDC.get(PREFIX + each.getKey()) == null) {
				described = described.addKeyValue(PREFIX + each.getKey(), each.getValue());
			}
		}
		return described;
	}

	/** What is the same. */
	private record Kind(String name, String way, Level level) {

	}

	/** What went wrong in one way, from the first time on. */
	private static final class Window {

		private final Kind kind;

		private final long began;

		private long count;

		private Attempt latest;

		private Window(Kind kind, long began, Attempt first) {
			this.kind = kind;
			this.began = began;
			this.latest = first;
		}

		private boolean isOver(long now) {
			return now - this.began >= WINDOW.toNanos();
		}

	}

}
