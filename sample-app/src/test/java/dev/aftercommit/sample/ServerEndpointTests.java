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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@SampleTest
class ServerEndpointTests {

	@Autowired
	private RestTestClient client;

	@Autowired
	private ServerRepository servers;

	@Test
	void aServerIsCreatedAndEndsRunning() {
		String location = create("{\"name\": \"web-1\", \"account\": 7}").expectStatus()
			.isCreated()
			.expectHeader()
			.contentType(MediaType.APPLICATION_JSON)
			.expectBody()
			.jsonPath("$.length()")
			.isEqualTo(4)
			.jsonPath("$.id")
			.isNumber()
			.jsonPath("$.name")
			.isEqualTo("web-1")
			.jsonPath("$.account")
			.isEqualTo(7)
			.jsonPath("$.state")
			.isEqualTo("REQUESTED")
			.returnResult()
			.getResponseHeaders()
			.getFirst("Location");
		await().atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> this.client.get()
				.uri(location)
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.state")
				.isEqualTo("RUNNING"));
	}

	@Test
	void anyTextCanBeAName() {
		create("{\"name\": \"<b>Šárka & 'co' \\uD83D\\uDE80</b>\", \"account\": 9007199254740993}").expectStatus()
			.isCreated()
			.expectBody()
			.jsonPath("$.name")
			.isEqualTo("<b>Šárka & 'co' \uD83D\uDE80</b>")
			.jsonPath("$.account")
			.isEqualTo(9007199254740993L);
	}

	@Test
	void allServersAreListedInTheOrderOfTheirCreation() {
		create("{\"name\": \"list-1\", \"account\": 7}").expectStatus().isCreated();
		create("{\"name\": \"list-2\", \"account\": 7}").expectStatus().isCreated();
		this.client.get()
			.uri("/servers")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$")
			.isArray()
			.jsonPath("$.length()")
			.value(Integer.class, (length) -> assertThat(length).isEqualTo((int) this.servers.count()))
			.jsonPath("$[-2].name")
			.isEqualTo("list-1")
			.jsonPath("$[-1].name")
			.isEqualTo("list-2");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"name": " ", "account": 7}                 | name    | must not be blank
			{"name": null, "account": 7}                | name    | must not be blank
			{"account": 7}                              | name    | must not be blank
			{"name": "a\\u0000b", "account": 7}         | name    | must not contain control characters
			{"name": "\\ud800", "account": 7}           | name    | must not contain control characters
			{"name": 42, "account": 7}                  | name    | must be a text, not '42'
			{"name": true, "account": 7}                | name    | must be a text, not 'true'
			{"name": ["web-1"], "account": 7}           | name    | must be a text
			{"name": "web-1"}                           | account | must not be null
			{"name": "web-1", "account": null}          | account | must not be null
			{"name": "web-1", "account": 0}             | account | must be greater than 0
			{"name": "web-1", "account": "seven"}       | account | must be a whole number
			{"name": "web-1", "account": "7"}           | account | must be a whole number
			{"name": "web-1", "account": 7.5}           | account | must be a whole number, not '7.5'
			{"name": "web-1", "account": true}          | account | must be a whole number
			{"name": "web-1", "account": {"id": 7}}     | account | must be a whole number
			{"name": "web-1", "account": 1234567890123456789012} | account | is too large a number
			{"name": "web-1", "account": 7, "zone": 1}  | zone    | is not known
			""")
	void aFieldThatCannotBeAcceptedIsNamed(String body, String field, String message) {
		long before = this.servers.count();
		create(body).expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("'" + field + "' " + message)
			.jsonPath("$.errors[0].field")
			.isEqualTo(field)
			.jsonPath("$.errors[0].message")
			.isEqualTo(message);
		assertThat(this.servers.count()).isEqualTo(before);
	}

	@Test
	void aNameThatIsTooLongIsRefused() {
		create("{\"name\": \"%s\", \"account\": 7}".formatted("x".repeat(60))).expectStatus().isCreated();
		create("{\"name\": \"%s\", \"account\": 7}".formatted("x".repeat(61))).expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("'name' must have at most 60 characters");
	}

	@Test
	void allFieldsThatCannotBeAcceptedAreNamed() {
		create("{}").expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("'account' must not be null; 'name' must not be blank")
			.jsonPath("$.errors.length()")
			.isEqualTo(2);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"name": "web-1",               | The body is not valid JSON: see line 1, column
			{"name": "web-1", "account": 7} x | The body is not valid JSON: see line 1, column
			[]                              | The body must be a JSON object
			"web-1"                         | The body must be a JSON object
			null                            | The body is missing or can't be read
			``                              | The body is missing or can't be read
			""")
	void aBodyThatCannotBeReadIsAProblem(String body, String detail) {
		create(body).expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.value(String.class, (text) -> assertThat(text).startsWith(detail));
	}

	@Test
	void anUnknownServerIsAProblem() {
		this.client.get()
			.uri("/servers/987654321")
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("There is no server 987654321");
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc", "1.5", "99999999999999999999" })
	void anIdThatIsNoNumberIsAProblem(String id) {
		this.client.get()
			.uri("/servers/{id}", id)
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("'id' must be a whole number, not '" + id + "'");
	}

	private RestTestClient.ResponseSpec create(String body) {
		return this.client.post().uri("/servers").contentType(MediaType.APPLICATION_JSON).body(body).exchange();
	}

}
