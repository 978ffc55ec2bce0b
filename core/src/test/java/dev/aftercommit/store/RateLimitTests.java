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

package dev.aftercommit.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The arithmetic of rates, on a time that is only a number.
 */
class RateLimitTests {

	private static final long START = 1_764_000_000_000_000L;

	@ParameterizedTest
	@CsvSource({ "100/1m, 100, PT1M", "5/1s, 5, PT1S", " 1 / 366d , 1, PT8784H", "7/PT2M, 7, PT2M",
			"1000/1h30m, 1000, PT1H30M", "1000000/10s, 1000000, PT10S" })
	void aTextIsANumberASlashAndADuration(String text, int starts, Duration period) {
		assertThat(RateLimit.parse(text)).isEqualTo(new RateLimit(starts, period));
	}

	@ParameterizedTest
	@ValueSource(strings = { "100/1m", "5/1s", "1/366d", "1000/1h30m" })
	void isShownAsItStandsInSettings(String text) {
		assertThat(RateLimit.parse(text)).hasToString(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "100", "/", "100/", "/1m", "100/m", "100/1", "x/1m", "100/1m/1m", "1e3/1m",
			"99999999999/1m" })
	void anyOtherTextIsRefusedAndTheNotationNamed(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.parse(text))
			.withMessageMatching("'.*' (is not a number, a slash and a duration|has no unit|is not a valid).*");
	}

	@Test
	void aRateThatMakesNoSenseIsRefused() {
		assertRefused("0/1m", "'starts' (0) must be between 1 and 1000000");
		assertRefused("-1/1m", "'starts' (-1)");
		assertRefused("1000001/1h", "'starts' (1000001)");
		assertRefused("1/999ms", "'period' (PT0.999S) must be between 1s and 366d");
		assertRefused("1/367d", "'period' (PT8808H)");
		assertRefused("1/-1m", "'period' (PT-1M)");
		assertRefused("100001/1s", "must be at most 100000 a second");
	}

	private static void assertRefused(String text, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.parse(text)).withMessageContaining(message);
	}

	@Test
	void startsAreSpacedEvenlyAndFewCatchUp() {
		RateLimit limit = RateLimit.parse("100/1m");
		assertThat(limit.allowed(0, START)).isEqualTo(7);
		long spent = limit.spend(0, START, 7);
		assertThat(limit.allowed(spent, START)).isZero();
		Duration wait = limit.untilNext(spent, START);
		assertThat(wait).isBetween(Duration.ofMillis(200), Duration.ofMillis(650));
		long then = START + wait.toNanos() / 1000;
		assertThat(limit.allowed(spent, then - 2)).isZero();
		assertThat(limit.allowed(spent, then)).isOne();
	}

	@Property(tries = 300)
	void inNoWindowMoreThanANumberAndFivePercentStart(@ForAll @IntRange(min = 1, max = 300) int starts,
			@ForAll @IntRange(min = 1, max = 3600) int seconds,
			@ForAll List<@LongRange(min = 1, max = 5000) Long> pauses,
			@ForAll List<@IntRange(min = 1, max = 30) Integer> wants) {
		RateLimit limit = new RateLimit(starts, Duration.ofSeconds(seconds));
		long period = seconds * 1_000_000L;
		List<Long> started = new ArrayList<>();
		long spent = 0;
		long now = START;
		for (int i = 0; i < 400; i++) {
			int want = wants.isEmpty() ? 1000 : wants.get(i % wants.size());
			int taken = Math.min(want, limit.allowed(spent, now));
			spent = (taken > 0) ? limit.spend(spent, now, taken) : spent;
			for (int n = 0; n < taken; n++) {
				started.add(now);
			}
			long pause = pauses.isEmpty() ? 100 : pauses.get(i % pauses.size());
			now += Math.max(1, pause * period / starts / 500);
		}
		// A window may begin at any start, and bodies may start a hundredth later than
		// others.
		int most = (int) Math.floor(starts * 1.05);
		for (int first = 0, last = 0; last < started.size(); last++) {
			while (started.get(last) - started.get(first) >= period * 1.01) {
				first++;
			}
			assertThat(last - first + 1).isLessThanOrEqualTo(most);
		}
	}

	@Property(tries = 100)
	void asManyAsTheNumberLessFivePercentStartInEachFullWindow(@ForAll @IntRange(min = 20, max = 2000) int starts,
			@ForAll @IntRange(min = 1, max = 3600) int seconds, @ForAll @IntRange(min = 1, max = 100) int lateness) {
		RateLimit limit = new RateLimit(starts, Duration.ofSeconds(seconds));
		long period = seconds * 1_000_000L;
		long spent = 0;
		long now = START;
		List<Long> started = new ArrayList<>();
		while (now < START + 5 * period) {
			int taken = limit.allowed(spent, now);
			spent = limit.spend(spent, now, taken);
			for (int n = 0; n < taken; n++) {
				started.add(now);
			}
			// Somebody looks when the next one may start, up to a hundredth of the period
			// late.
			now += limit.untilNext(spent, now).toNanos() / 1000 + period * lateness / 10_000;
		}
		for (long from = START; from + period < START + 5 * period; from += period / 7) {
			long begin = from;
			assertThat(started.stream().filter((time) -> time >= begin && time < begin + period).count())
				.isGreaterThanOrEqualTo((long) Math.floor(starts * 0.95) - 1);
		}
	}

	@Test
	void aClockThatWasTurnedBackHoldsNothingUpForLong() {
		RateLimit limit = RateLimit.parse("10/1s");
		long spent = limit.spend(0, START + 3_600_000_000L, 10);
		assertThat(limit.untilNext(spent, START)).isLessThan(Duration.ofMillis(200));
		assertThat(limit.isTooFarAhead(spent, START)).isTrue();
		long cut = limit.spend(spent, START, 0);
		assertThat(limit.isTooFarAhead(cut, START)).isFalse();
		assertThat(limit.allowed(cut, START + 200_000)).isPositive();
	}

}
