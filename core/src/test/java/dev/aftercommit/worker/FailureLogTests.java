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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.KeyValuePair;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is in the log when attempts go wrong, few or many.
 */
class FailureLogTests {

	private static final int STORM = 10_000;

	private final Attempts attempts = new Attempts();

	private final FailureLog log = new FailureLog(this.attempts.nanoTime::get);

	private final Lines lines = new Lines();

	private final Logger logger = (Logger) LoggerFactory.getLogger(FailureLog.class);

	@BeforeEach
	void listen() {
		this.lines.start();
		this.logger.setAdditive(false);
		this.logger.setLevel(Level.INFO);
		this.logger.addAppender(this.lines);
	}

	@AfterEach
	void leave() {
		this.logger.detachAppender(this.lines);
		this.logger.setLevel(null);
		this.logger.setAdditive(true);
		MDC.clear();
	}

	@Test
	void aFailureIsOneLineWithItsStackAndWhatIsKnownOfItsAttempt() {
		Attempt attempt = this.attempts.next("server.boot");
		IllegalStateException thrown = new IllegalStateException("quota");
		this.log.wrote(org.slf4j.event.Level.WARN, attempt, "FAILED, trying again in PT5S", "FAILED way", thrown);
		ILoggingEvent line = this.lines.only();
		assertThat(line.getLevel()).isEqualTo(Level.WARN);
		assertThat(line.getFormattedMessage())
			.isEqualTo("job " + attempt.jobId() + " (server.boot), attempt 1: FAILED, trying again in PT5S");
		assertThat(line.getThrowableProxy().getMessage()).isEqualTo("quota");
		assertThat(pairs(line)).containsExactlyInAnyOrder("aftercommit.jobId=" + attempt.jobId(),
				"aftercommit.jobName=server.boot", "aftercommit.queue=default", "aftercommit.attempt=1",
				"aftercommit.way=FAILED way");
	}

	@Test
	void whatIsInTheContextOfTheThreadIsNotSaidTwice() {
		MDC.put("aftercommit.jobId", "1");
		MDC.put("aftercommit.jobName", "server.boot");
		MDC.put("aftercommit.attempt", "1");
		storm(FailureLog.IN_FULL + 1);
		this.log.close();
		assertThat(this.lines.all).hasSize(FailureLog.IN_FULL + 1)
			.allSatisfy((line) -> assertThat(line.getKeyValuePairs()).extracting((pair) -> pair.key)
				.doesNotContainAnyElementsOf(MDC.getCopyOfContextMap().keySet())
				.doesNotHaveDuplicates()
				.contains("aftercommit.queue"));
	}

	@Test
	void aStormIsAHandfulOfLinesAndASumThatIsRight() {
		storm(STORM);
		assertThat(this.lines.all).hasSize(FailureLog.IN_FULL);
		this.log.sumUp();
		assertThat(this.lines.all).as("its minute is not over").hasSize(FailureLog.IN_FULL);
		this.attempts.nanoTime.addAndGet(FailureLog.WINDOW.toNanos());
		this.log.sumUp();
		this.log.sumUp();
		this.log.close();
		assertThat(this.lines.all).hasSize(FailureLog.IN_FULL + 1);
		ILoggingEvent sum = this.lines.all.get(FailureLog.IN_FULL);
		assertThat(sum.getLevel()).isEqualTo(Level.WARN);
		assertThat(sum.getFormattedMessage()).startsWith(STORM - FailureLog.IN_FULL + " more attempts at server.boot");
		assertThat(pairs(sum)).contains("aftercommit.count=" + (STORM - FailureLog.IN_FULL),
				"aftercommit.jobName=server.boot");
		assertThat(sum.getThrowableProxy()).isNull();
	}

	@Test
	void aStormThatGoesOnIsAHandfulOfLinesAMinute() {
		for (int minute = 0; minute < 3; minute++) {
			storm(1000);
			this.attempts.nanoTime.addAndGet(FailureLog.WINDOW.toNanos());
		}
		this.log.close();
		assertThat(this.lines.all).hasSize(3 * (FailureLog.IN_FULL + 1));
		assertThat(counted()).isEqualTo(3000);
	}

	@Test
	void nothingOfAStormOnManyThreadsIsForgotten() throws InterruptedException {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		for (int i = 0; i < 8; i++) {
			threads.submit(() -> storm(STORM / 8));
		}
		threads.shutdown();
		assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		this.log.close();
		assertThat(this.lines.all).hasSize(FailureLog.IN_FULL + 1);
		assertThat(counted()).isEqualTo(STORM);
	}

	@Test
	void otherNamesOtherWaysAndOtherEndsAreToldApart() {
		for (int i = 0; i < FailureLog.IN_FULL; i++) {
			for (String name : List.of("a", "b")) {
				for (String way : List.of("x", "y")) {
					wrote(org.slf4j.event.Level.WARN, name, way);
					wrote(org.slf4j.event.Level.ERROR, name, way);
				}
			}
		}
		this.log.close();
		assertThat(this.lines.all).hasSize(8 * FailureLog.IN_FULL);
	}

	@Test
	void moreKindsThanAreKeptApartAreOneAndNoneIsForgotten() {
		int kinds = FailureLog.MOST_KINDS + 100;
		IntStream.range(0, kinds).forEach((i) -> wrote(org.slf4j.event.Level.WARN, "job", "way " + i));
		this.log.close();
		assertThat(this.lines.all).hasSize(FailureLog.MOST_KINDS + FailureLog.IN_FULL + 1);
		assertThat(counted()).isEqualTo(kinds);
	}

	@Test
	void whatExceptionsSayIsNotSaidAtInfoAndMakesNoLines() {
		String hostile = "secret\n2026-11-30 ERROR forged";
		Attempt attempt = this.attempts.next("name\r\nforged \u2028", "secret");
		for (org.slf4j.event.Level level : org.slf4j.event.Level.values()) {
			this.log.wrote(level, attempt, "FAILED", "FAILED way", new IllegalStateException(hostile));
		}
		storm(FailureLog.IN_FULL + 1);
		IntStream.range(0, FailureLog.IN_FULL + 1)
			.forEach((i) -> this.log.wrote(org.slf4j.event.Level.INFO, attempt, "cancelled", "way",
					new IllegalStateException(hostile)));
		this.log.close();
		assertThat(this.lines.all).allSatisfy((line) -> {
			assertThat(line.getFormattedMessage() + pairs(line)).doesNotContain("\n", "\r", "\u2028", "secret");
			assertThat(line.getThrowableProxy() != null && line.getLevel().equals(Level.INFO)).isFalse();
		}).anyMatch((line) -> line.getLevel().equals(Level.INFO));
	}

	@Test
	void anExceptionThatCantSayWhatItIsCostsNothing() {
		this.log.wrote(org.slf4j.event.Level.WARN, this.attempts.next("server.boot"), "FAILED", "way",
				new IllegalStateException() {

					@Override
					public String getMessage() {
						throw new UnsupportedOperationException("planted");
					}

				});
		assertThat(this.lines.only().getFormattedMessage()).contains("whose message or stack failed");
	}

	private void storm(int size) {
		for (int i = 0; i < size; i++) {
			wrote(org.slf4j.event.Level.WARN, "server.boot", "FAILED way");
		}
	}

	private void wrote(org.slf4j.event.Level level, String name, String way) {
		Attempt attempt;
		synchronized (this.attempts) {
			attempt = this.attempts.next(name);
		}
		this.log.wrote(level, attempt, "FAILED", way, new IllegalStateException("quota"));
	}

	/** Those that were written in full, and those that were summed up. */
	private long counted() {
		return this.lines.all.stream()
			.mapToLong((line) -> line.getKeyValuePairs()
				.stream()
				.filter((pair) -> pair.key.equals("aftercommit.count"))
				.mapToLong((pair) -> (Long) pair.value)
				.findFirst()
				.orElse(1))
			.sum();
	}

	private static List<String> pairs(ILoggingEvent line) {
		return line.getKeyValuePairs()
			.stream()
			.map((KeyValuePair pair) -> pair.key + "=" + pair.value)
			.collect(Collectors.toList());
	}

	/** Keeps lines, from whatever thread. */
	private static final class Lines extends AppenderBase<ILoggingEvent> {

		private final List<ILoggingEvent> all = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent line) {
			this.all.add(line);
		}

		private ILoggingEvent only() {
			assertThat(this.all).hasSize(1);
			return this.all.get(0);
		}

	}

}
