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

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.Assert;

/**
 * How many jobs may start in a time, over all nodes: in no window of the period's length
 * more than the number and 5 % of it, and, while there is work for it, about 98 % of the
 * number in each. Starts are spaced evenly; some that fell behind may catch up at once.
 * <p>
 * What a store keeps of it is one time on its own clock, in microseconds since 1970: up
 * to when starts are <em>spent</em>, each of which takes an interval.
 *
 * @param starts the number of starts, 1 to 1,000,000, at most 100,000 a second
 * @param period the time for it, 1 second to 366 days
 */
public record RateLimit(int starts, Duration period) {

	/** What to write instead of a text that is no rate. */
	public static final String NOTATION = "a number, a slash and a duration with a unit, such as 100/1m, 5/1s or"
			+ " 1000/24h";

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Duration LONGEST = Duration.ofDays(366);

	// Two of a hundred are never given, and starts may be late by a hundredth of the
	// period, more or less than each other, without being too many.
	private static final double PACE = 0.98;

	private static final double LATE = 0.01;

	private static final double BURST = 0.05;

	public RateLimit {
		Assert.isTrue(starts >= 1 && starts <= 1_000_000,
				() -> "'starts' (" + starts + ") must be between 1 and 1000000: pause a queue to start none");
		Assert.isTrue(period.compareTo(SHORTEST) >= 0 && period.compareTo(LONGEST) <= 0,
				() -> "'period' (" + period + ") must be between 1s and 366d");
		Assert.isTrue(starts / (double) period.toMillis() <= 100,
				() -> "'starts' (" + starts + ") in '" + period + "' must be at most 100000 a second");
	}

	/**
	 * Read a text such as {@code 100/1m}: number, slash, and a duration in the notation
	 * of Spring's {@code @DurationFormat}.
	 * @param text the text
	 * @return the rate
	 * @throws IllegalArgumentException if it is none; the message says why
	 */
	public static RateLimit parse(String text) {
		String[] parts = text.split("/", -1);
		Assert.isTrue(parts.length == 2, () -> "'" + text + "' is not " + NOTATION);
		String period = parts[1].strip();
		try {
			Assert.isTrue(!period.isEmpty() && !Character.isDigit(period.charAt(period.length() - 1)),
					() -> "'" + parts[1] + "' has no unit");
			return new RateLimit(Integer.parseInt(parts[0].strip()), DurationFormatterUtils.detectAndParse(period));
		}
		catch (NumberFormatException | ArithmeticException ex) {
			throw new IllegalArgumentException("'" + text + "' is not " + NOTATION, ex);
		}
	}

	/**
	 * What one start takes.
	 * @return microseconds, with fractions
	 */
	public double interval() {
		return micros() / (this.starts * PACE);
	}

	/**
	 * How far ahead of the present time starts may be spent.
	 * @return microseconds, with fractions
	 */
	public double tolerance() {
		return Math.floor(this.starts * (1 + BURST)) * interval() - micros() * (1 + LATE);
	}

	/**
	 * How many may start now.
	 * @param spent up to when starts are spent
	 * @param now the present time
	 * @return the number, possibly 0
	 */
	public int allowed(long spent, long now) {
		double left = now + tolerance() - base(spent, now);
		return (left >= 0) ? (int) Math.min(Integer.MAX_VALUE, Math.floor(left / interval()) + 1) : 0;
	}

	/**
	 * Up to when starts are spent after some more.
	 * @param spent up to when they were
	 * @param now the present time
	 * @param started how many have started
	 * @return the time to keep
	 */
	public long spend(long spent, long now, int started) {
		return (long) Math.ceil(base(spent, now) + started * interval());
	}

	/**
	 * Time until the next one may start.
	 * @param spent up to when starts are spent
	 * @param now the present time
	 * @return zero if one may start now
	 */
	public Duration untilNext(long spent, long now) {
		double wait = base(spent, now) - tolerance() - now;
		return Duration.ofNanos((long) Math.ceil(Math.max(0, wait)) * 1000);
	}

	/**
	 * Whether starts are spent further ahead than any start can have brought it: by a
	 * clock that was turned back since, or by another rate. Then {@link #spend} of none
	 * is to be kept.
	 * @param spent up to when starts are spent
	 * @param now the present time
	 * @return whether that makes no sense
	 */
	public boolean isTooFarAhead(long spent, long now) {
		return spent > Math.ceil(now + tolerance() + interval());
	}

	private double base(long spent, long now) {
		return Math.min((double) Math.max(spent, now), now + tolerance() + interval());
	}

	private double micros() {
		return this.period.toNanos() / 1000.0;
	}

	/** As it stands in settings. */
	@Override
	public String toString() {
		return this.starts + "/" + DurationFormatterUtils.print(this.period, DurationFormat.Style.COMPOSITE);
	}

}
