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

package dev.aftercommit.store.jdbc;

import org.junit.jupiter.api.Test;

import dev.aftercommit.store.jdbc.LaneCursor.Hint;
import dev.aftercommit.store.jdbc.LaneCursor.Place;

import static org.assertj.core.api.Assertions.assertThat;

class LaneCursorTests {

	private static final long QUARTER_SECOND = 250_000;

	private final LaneCursor cursor = new LaneCursor();

	private long now;

	@Test
	void aClaimBeginsWhereTheOneOfAQuarterOfASecondAgoHasEnded() {
		assertThat(this.cursor.hint()).isNull();
		advance(place(0, 100));
		advance(place(0, 200));
		assertThat(this.cursor.hint()).as("nothing is old enough").isNull();
		this.now += QUARTER_SECOND;
		advance(place(0, 300));
		assertThat(this.cursor.hint()).extracting(Hint::place).isEqualTo(place(0, 100));
		this.now += QUARTER_SECOND;
		advance(place(0, 400));
		assertThat(this.cursor.hint()).extracting(Hint::place).isEqualTo(place(0, 300));
	}

	@Test
	void aLaterPlaceIsOneOfALowerPriorityOrBehind() {
		advance(place(3, 5));
		this.now += QUARTER_SECOND;
		advance(place(-1, 900));
		this.now += QUARTER_SECOND;
		advance(place(3, 6));
		assertThat(this.cursor.hint()).extracting(Hint::place).isEqualTo(place(3, 5));
	}

	@Test
	void oneClaimInTenLooksFromTheStart() {
		int fromTheStart = 0;
		for (int i = 0; i < 100; i++) {
			this.now += QUARTER_SECOND;
			advance(place(0, i));
			fromTheStart += (this.cursor.hint() == null) ? 1 : 0;
		}
		assertThat(fromTheStart).isBetween(10, 12);
	}

	/** Where bodies are slow, ten claims may take hours. */
	@Test
	void aHintHoldsForASecondFromTheLastClaimThatLookedFromTheStart() {
		advance(place(0, 1));
		this.now += QUARTER_SECOND;
		advance(place(0, 2));
		long whole = this.now;
		this.now += QUARTER_SECOND;
		advance(place(0, 3));
		assertThat(this.cursor.hint()).extracting(Hint::until).isEqualTo(whole + 1_000_000);
		this.cursor.advance(place(0, 4), this.now, true);
		assertThat(this.cursor.hint()).extracting(Hint::until).isEqualTo(this.now + 1_000_000);
	}

	@Test
	void allIsForgottenByAClaimThatGotLessOrFromSomewhereElse() {
		warm();
		this.cursor.advance(null, this.now, true);
		assertThat(this.cursor.hint()).isNull();
		warm();
		advance(new Place("other", "job", 0, 9999));
		assertThat(this.cursor.hint()).isNull();
	}

	private void warm() {
		for (int i = 0; i < 4; i++) {
			this.now += QUARTER_SECOND;
			advance(place(0, i));
		}
		assertThat(this.cursor.hint()).isNotNull();
	}

	private void advance(Place place) {
		this.cursor.advance(place, this.now, this.cursor.hint() == null);
	}

	private static Place place(int priority, long seq) {
		return new Place("default", "job", priority, seq);
	}

}
