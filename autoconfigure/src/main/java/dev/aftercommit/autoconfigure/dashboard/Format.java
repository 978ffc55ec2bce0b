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

package dev.aftercommit.autoconfigure.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

import dev.aftercommit.store.Count;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, times and ids as people read them.
 */
final class Format {

	private static final DateTimeFormatter ABSOLUTE = DateTimeFormatter
		.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private static final int SHORT_ID = 8;

	private Format() {
	}

	static String number(long value) {
		return String.format(Locale.ROOT, "%,d", value);
	}

	/** A plus sign says that there may be more. */
	static String number(long value, boolean exact) {
		return number(value) + (exact ? "" : "+");
	}

	static String number(Count count) {
		return number(count.value(), count.exact());
	}

	/** A number and what it is of, in the plural where that is due. */
	static String amount(long value, boolean exact, String noun) {
		return number(value, exact) + " " + noun + ((value == 1 && exact) ? "" : "s");
	}

	static String amount(long value, String noun) {
		return amount(value, true, noun);
	}

	static String rate(double perSecond) {
		if (perSecond == 0) {
			return "0/s";
		}
		if (perSecond >= 10) {
			return number(Math.round(perSecond)) + "/s";
		}
		if (perSecond >= 1) {
			return String.format(Locale.ROOT, "%.1f/s", perSecond);
		}
		double perMinute = perSecond * 60;
		return String.format(Locale.ROOT, (perMinute >= 10) ? "%.0f/min" : "%.1f/min", perMinute);
	}

	/** The two largest units that say something. */
	static String duration(Duration duration) {
		Duration time = duration.isNegative() ? Duration.ZERO : duration;
		if (time.toSeconds() < 1) {
			return time.toMillis() + " ms";
		}
		if (time.toSeconds() < 10) {
			return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
		}
		if (time.toMinutes() < 1) {
			return time.toSeconds() + " s";
		}
		if (time.toHours() < 1) {
			return two(time.toMinutes(), "min", time.toSecondsPart(), "s");
		}
		if (time.toDays() < 1) {
			return two(time.toHours(), "h", time.toMinutesPart(), "min");
		}
		return two(time.toDays(), "d", time.toHoursPart(), "h");
	}

	private static String two(long large, String unit, int small, String smallUnit) {
		return large + " " + unit + ((small > 0) ? " " + small + " " + smallUnit : "");
	}

	/**
	 * A time as the pages show it: how far away it is, and when it is.
	 * @param time the time, {@code null} for none
	 * @param now the time at which the page is made
	 * @return what the template shows, {@code null} for no time
	 */
	static @Nullable When when(@Nullable Instant time, Instant now) {
		return (time != null) ? at(time, now) : null;
	}

	static When at(Instant time, Instant now) {
		Duration away = Duration.between(time, now);
		String text = away.isNegative() ? "in " + duration(away.negated()) : duration(coarse(away)) + " ago";
		return new When(time.truncatedTo(ChronoUnit.MILLIS).toString(), ABSOLUTE.format(time), text);
	}

	private static Duration coarse(Duration away) {
		return (away.toSeconds() >= 1) ? Duration.ofSeconds(away.toSeconds()) : away;
	}

	static String shortId(String id) {
		return (id.length() > SHORT_ID) ? id.substring(id.length() - SHORT_ID) : id;
	}

	/** The last part of a class name. */
	static String simpleName(String type) {
		return type.substring(type.lastIndexOf('.') + 1);
	}

	static String firstLine(String text) {
		return text.lines().findFirst().orElse("");
	}

	/**
	 * A time.
	 *
	 * @param iso for programs
	 * @param absolute when it is
	 * @param text how far away it is
	 */
	record When(String iso, String absolute, String text) {

	}

}
