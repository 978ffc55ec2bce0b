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

package dev.aftercommit.sample;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import dev.aftercommit.sample.Race.Result;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@SampleTest
class RaceEndpointTests {

	@Autowired
	private RestTestClient client;

	@Autowired
	private RaceEntryRepository entries;

	@Test
	void asyncComesTooEarlyAndBackgroundJobNever() {
		race();
	}

	@RepeatedTest(10)
	@Tag("full")
	void asyncComesTooEarlyAndBackgroundJobNeverHoweverOftenItIsTried() {
		race();
	}

	private void race() {
		Result result = this.client.post()
			.uri("/race?runs=50")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(Result.class)
			.returnResult()
			.getResponseBody();
		assertThat(result).isNotNull();
		assertThat(result.backgroundJob()).isEqualTo(new Race.Column(50, 50, 0));
		assertThat(result.async().notFound()).isPositive();
		assertThat(result.async().found() + result.async().notFound()).isEqualTo(result.async().runs()).isEqualTo(50);
		assertThat(this.entries.count()).isZero();
	}

	@Test
	void theLookUpsOfOneColumnAreJobs() {
		int before = succeeded();
		this.client.post().uri("/race?runs=7").exchange().expectStatus().isOk();
		await().atMost(Duration.ofSeconds(30)).until(() -> succeeded() - before >= 7);
	}

	@Test
	void thereAreFiftyRunsUnlessTold() {
		this.client.post()
			.uri("/race")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.async.runs")
			.isEqualTo(50)
			.jsonPath("$.backgroundJob.runs")
			.isEqualTo(50)
			.jsonPath("$.backgroundJob.notFound")
			.isEqualTo(0);
	}

	@ParameterizedTest
	@CsvSource({ "0,must be greater than or equal to 1", "-1,must be greater than or equal to 1",
			"501,must be less than or equal to 500", "many,must be a whole number" })
	void aNumberOfRunsThatMakesNoSenseIsAProblem(String runs, String message) {
		this.client.post()
			.uri("/race?runs={runs}", runs)
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.errors[0].field")
			.isEqualTo("runs")
			.jsonPath("$.errors[0].message")
			.value(String.class, (text) -> assertThat(text).startsWith(message));
	}

	private int succeeded() {
		AtomicInteger succeeded = new AtomicInteger();
		this.client.get()
			.uri("/jobs/totals")
			.exchange()
			.expectBody()
			.jsonPath("$.SUCCEEDED.count")
			.value(Integer.class, succeeded::set);
		return succeeded.get();
	}

}
