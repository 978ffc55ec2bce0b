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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How jobs ended lately, as bars.
 *
 * @param width of the picture
 * @param height of the picture
 * @param summary the same for those who don't see it
 * @param bars the bars
 * @param legend what their colours mean
 * @param quiet whether none ended
 */
record Chart(int width, int height, String summary, List<Bar> bars, List<Entry> legend, boolean quiet) {

	private static final int HEIGHT = 100;

	private static final int STEP = 10;

	/** A gap between two bars. */
	private static final int GAP = 2;

	/**
	 * Draw it.
	 * @param buckets what ended in each piece of time, the earliest first
	 * @param seconds length of a piece
	 * @return the picture
	 */
	static Chart of(List<Ended> buckets, long seconds) {
		long most = Math.max(1, buckets.stream().mapToLong(Ended::all).max().orElse(1));
		List<Bar> bars = new ArrayList<>();
		for (int i = 0; i < buckets.size(); i++) {
			add(bars, buckets.get(i), i * STEP, most, ago((buckets.size() - i) * seconds));
		}
		Ended all = buckets.stream().reduce(new Ended(0, 0, 0), Ended::plus);
		Ended last = buckets.stream().skip(Math.max(0, buckets.size() - 2)).reduce(new Ended(0, 0, 0), Ended::plus);
		double time = Math.min(2, buckets.size()) * (double) seconds;
		List<Entry> legend = List.of(new Entry("good", "succeeded", Format.rate(last.succeeded() / time)),
				new Entry("wait", "to be retried", Format.rate(last.retried() / time)),
				new Entry("bad", "dead", Format.rate(last.dead() / time)));
		String summary = String.format(Locale.ROOT,
				"In the last %s %,d succeeded, %,d failed and will be retried," + " %,d are dead",
				ago(buckets.size() * seconds), all.succeeded(), all.retried(), all.dead());
		return new Chart(Math.max(1, buckets.size()) * STEP, HEIGHT, summary, bars, legend, all.all() == 0);
	}

	private static String ago(long seconds) {
		return Format.duration(Duration.ofSeconds(seconds));
	}

	private static void add(List<Bar> bars, Ended bucket, int x, long most, String ago) {
		String text = String.format(Locale.ROOT, "%s ago: %,d succeeded, %,d to be retried, %,d dead", ago,
				bucket.succeeded(), bucket.retried(), bucket.dead());
		double below = HEIGHT;
		below = add(bars, "good", x, below, bucket.succeeded(), most, text);
		below = add(bars, "wait", x, below, bucket.retried(), most, text);
		add(bars, "bad", x, below, bucket.dead(), most, text);
	}

	/** What is not nothing is seen. */
	private static double add(List<Bar> bars, String tone, int x, double below, long value, long most, String text) {
		if (value == 0) {
			return below;
		}
		double height = Math.min(below, Math.max(1.5, (HEIGHT - 4.0) * value / most));
		bars.add(
				new Bar(tone, String.valueOf(x), text(below - height), String.valueOf(STEP - GAP), text(height), text));
		return below - height;
	}

	private static String text(double value) {
		return String.format(Locale.ROOT, "%.1f", value);
	}

	/**
	 * What ended in a piece of time.
	 *
	 * @param succeeded how many jobs
	 * @param retried how many attempts that will be made again
	 * @param dead how many jobs
	 */
	record Ended(long succeeded, long retried, long dead) {

		long all() {
			return this.succeeded + this.retried + this.dead;
		}

		Ended plus(Ended other) {
			return new Ended(this.succeeded + other.succeeded, this.retried + other.retried, this.dead + other.dead);
		}

	}

	/**
	 * A part of a bar.
	 *
	 * @param tone its colour
	 * @param x from the left
	 * @param y from the top
	 * @param width its width
	 * @param height its height
	 * @param text what it says
	 */
	record Bar(String tone, String x, String y, String width, String height, String text) {

	}

	/**
	 * What a colour means.
	 *
	 * @param tone the colour
	 * @param label what it stands for
	 * @param rate how many in a time
	 */
	record Entry(String tone, String label, String rate) {

	}

}
