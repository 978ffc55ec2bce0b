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

package dev.aftercommit.handler;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TimeoutTextTests {

	@ParameterizedTest
	@CsvSource({ "500ms, PT0.5S", "30s, PT30S", "10m, PT10M", "1h30m, PT1H30M", "2d, PT48H", "PT10M, PT10M",
			"pt0.001s, PT0.001S", "1ns, PT0.000000001S" })
	void everyNotationIsRead(String text, Duration expected) {
		assertThat(TimeoutText.problemWith(text)).isEmpty();
		assertThat(TimeoutText.parse(text)).isEqualTo(expected);
	}

	@Test
	void noTextIsNoLimit() {
		assertThat(TimeoutText.problemWith("")).isEmpty();
		assertThat(TimeoutText.parse("")).isNull();
	}

}
