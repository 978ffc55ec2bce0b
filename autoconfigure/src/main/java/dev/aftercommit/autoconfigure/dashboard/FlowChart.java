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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.aftercommit.JobFlow;
import dev.aftercommit.autoconfigure.dashboard.Format.When;

/**
 * What came of attempts, minute by minute: as a picture, in words, and as a table.
 *
 * @param any whether anything did in that time
 * @param width of the picture
 * @param height of the picture
 * @param most what the highest column stands for
 * @param columns the minutes, oldest first
 * @param series what is told apart, and how fast it goes now
 * @param in how fast jobs are enqueued now
 */
record FlowChart(boolean any, int width, int height, String most, List<Column> columns, List<Series> series,
		String in) {

	private static final int COLUMN = 30;

	private static final int BAR = 22;

	private static final int HEIGHT = 100;

	/** Room for marks above the highest column. */
	private static final int TOP = 20;

	/** So that one among thousands is seen. */
	private static final double LEAST = 2.5;

	private static final double SECONDS = 60;

	static FlowChart of(JobFlow flow) {
		List<JobFlow.Minute> minutes = flow.minutes();
		long most = minutes.stream().mapToLong((minute) -> sum(minute.total())).max().orElse(0);
		List<Column> columns = new ArrayList<>();
		for (int i = 0; i < minutes.size(); i++) {
			columns.add(column(i, minutes.get(i), most, flow.readAt()));
		}
		JobFlow.Counts recent = flow.recent();
		List<Series> series = new ArrayList<>();
		for (Kind kind : Kind.values()) {
			series.add(new Series(kind.word(), kind.word(), Format.rate(flow.perSecond(kind.of(recent))),
					kind == Kind.RETRIED));
		}
		return new FlowChart(most > 0, COLUMN * minutes.size(), HEIGHT, Format.rate(most / SECONDS), columns, series,
				Format.rate(flow.perSecond(recent.enqueued())));
	}

	private static long sum(JobFlow.Counts counts) {
		return counts.ended() + counts.retried();
	}

	private static Column column(int index, JobFlow.Minute minute, long most, Instant now) {
		JobFlow.Counts counts = minute.total();
		double left = index * COLUMN + (COLUMN - BAR) / 2.0;
		double top = HEIGHT;
		List<Bar> bars = new ArrayList<>();
		List<Cell> cells = new ArrayList<>();
		for (Kind kind : Kind.values()) {
			long count = kind.of(counts);
			cells.add(new Cell(kind.word(), Format.number(count)));
			if (count > 0) {
				double height = Math.max(LEAST, (double) count / most * (HEIGHT - TOP));
				top -= height;
				bars.add(new Bar(kind.word(), kind == Kind.RETRIED, text(left), text(top), text(height)));
			}
		}
		boolean soFar = minute.begin().plus(Duration.ofMinutes(1)).isAfter(now);
		return new Column(Format.at(minute.begin(), now), soFar, BAR, bars, counts.dead() > 0, text(left + BAR / 2.0),
				text(top - 6), Format.number(counts.enqueued()), cells);
	}

	private static String text(double number) {
		return String.format(Locale.ROOT, "%.1f", number);
	}

	/**
	 * What is told apart, from the bottom of a column to its top.
	 */
	private enum Kind {

		SUCCEEDED, CANCELLED, RETRIED, DEAD;

		long of(JobFlow.Counts counts) {
			return switch (this) {
				case SUCCEEDED -> counts.succeeded();
				case CANCELLED -> counts.cancelled();
				case RETRIED -> counts.retried();
				case DEAD -> counts.dead();
			};
		}

		String word() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * A minute.
	 *
	 * @param begin when it began
	 * @param soFar whether it is not over
	 * @param width of its bars
	 * @param bars one upon the other
	 * @param dead whether jobs were given up in it
	 * @param middle where it is in the picture
	 * @param above where there is room for a mark
	 * @param enqueued how many jobs were enqueued in it
	 * @param counts what came of attempts, in the order of the series
	 */
	record Column(When begin, boolean soFar, int width, List<Bar> bars, boolean dead, String middle, String above,
			String enqueued, List<Cell> counts) {

	}

	/**
	 * A number of the table.
	 *
	 * @param word what it counts
	 * @param count the number
	 */
	record Cell(String word, String count) {

	}

	/**
	 * A part of a column.
	 *
	 * @param tone its name in the style sheet
	 * @param hatched whether it is hatched
	 * @param x where it begins
	 * @param y its upper end
	 * @param height its height
	 */
	record Bar(String tone, boolean hatched, String x, String y, String height) {

	}

	/**
	 * What is told apart.
	 *
	 * @param word the word for it
	 * @param tone its name in the style sheet
	 * @param rate how fast it goes, on average over the last minute or two
	 * @param hatched whether it is hatched
	 */
	record Series(String word, String tone, String rate, boolean hatched) {

	}

}
