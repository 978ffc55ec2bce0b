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

import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobArgumentException;
import dev.aftercommit.JobContext;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.JobTerms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HandlerTermsTests {

	@Test
	void expressionsAreEvaluatedOverTheParametersOfACall() {
		assertThat(terms("boot", 7L, new Account("acme"))).isEqualTo(new JobTerms("server:7", 3, "boot:acme-7",
				UniqueUntil.STARTED, OnDuplicate.REPLACE, List.of("server:7", "account:acme")));
	}

	@Test
	void anAnnotationThatSaysNothingHasNoTerms() {
		assertThat(terms("plain", "x")).isSameAs(JobTerms.NONE);
	}

	@Test
	void parametersHaveTheirPositionsToo() {
		assertThat(terms("positions", "x", "y").concurrencyKey()).isEqualTo("xy");
	}

	@Test
	void aContextIsAParameterButNoValue() {
		assertThat(terms("contextFirst", null, "x").concurrencyKey()).isEqualTo("x");
	}

	@Test
	void aConstantNeedsNoParameter() {
		assertThat(terms("constant").concurrencyKey()).isEqualTo("cleanup");
	}

	@Test
	void partsOfListsAndChosenValuesCanBeNamed() {
		assertThat(terms("lists", List.of("b", "a", "bb")).concurrencyKey()).isEqualTo("b,bb");
	}

	@Test
	void simpleValuesAreText() {
		UUID id = new UUID(1, 2);
		assertThat(key(7L)).isEqualTo("7");
		assertThat(key(id)).isEqualTo(id.toString());
		assertThat(key(LocalDate.of(2026, 3, 29))).isEqualTo("2026-03-29");
		assertThat(key(Size.LARGE)).isEqualTo("LARGE");
		assertThat(key(new StringBuilder("built"))).isEqualTo("built");
		assertThat(key(new Account("acme"))).isEqualTo("Account[name=acme]");
	}

	@Test
	void aConstantOfAnEnumIsItsNameAlsoWithinAText() {
		assertThat(terms("joined", Size.LARGE).concurrencyKey()).isEqualTo("of LARGE");
	}

	@Test
	void anArgumentIsNeverParsed() {
		String hostile = "T(java.lang.Runtime).getRuntime() #{1+1} ${user.home}";
		assertThat(key(hostile)).isEqualTo(hostile);
		assertThat(terms("joined", hostile).concurrencyKey()).isEqualTo("of " + hostile);
	}

	@Test
	void aKeyOfNoValueFailsTheCall() {
		assertRefused("key", "'concurrencyKey' (#value) is null", (Object) null);
		assertRefused("unique", "'uniqueKey' (#value) is null", (Object) null);
	}

	@Test
	void anEmptyTextFailsTheCall() {
		assertRefused("key", "'concurrencyKey' (#value) is an empty text", "");
		assertRefused("unique", "'uniqueKey' (#value) is an empty text", "");
		assertRefused("tagged", "'tags' (#value) is an empty text", "", "a");
	}

	@Test
	void keysHaveAtMost200CharactersAndTags100() {
		assertThat(key("x".repeat(200))).hasSize(200);
		assertRefused("key", "has 201 characters", "x".repeat(201));
		assertThat(terms("unique", "x".repeat(200)).uniqueKey()).isEqualTo("unique:" + "x".repeat(200));
		assertRefused("unique", "has 201 characters", "x".repeat(201));
		assertThat(terms("tagged", "x".repeat(100), "a").tags()).hasSize(2);
		assertRefused("tagged", "has 101 characters", "x".repeat(101), "a");
	}

	@Test
	void whatIsNoLineOfTextFailsTheCall() {
		assertRefused("tagged", "'tags' (#value) has the character U+000A", "two\nlines", "a");
		assertRefused("tagged", "has the character U+000D", "two\rlines", "a");
		assertRefused("key", "has the character U+0000", "nul\0");
		assertRefused("unique", "has the character U+D83D", "half \uD83D");
		assertThat(key("whole \uD83D\uDE00")).hasSize(8);
	}

	@Test
	void aValueWithoutATextOfItsOwnFailsTheCall() {
		assertRefused("key", "Object has no text of its own", new Object());
		assertRefused("joined", "Object has no text of its own", new Object());
		assertRefused("key", "is no text: take one of its values", List.of("a"));
		assertRefused("joined", "is no text: take one of its values", List.of("a"));
		assertRefused("key", "long[] is no text", (Object) new long[] { 1 });
	}

	@Test
	void anExpressionThatFailsForTheseArgumentsFailsTheCall() {
		assertRefused("boot", "'concurrencyKey' ('server:' + #id.longValue()) has no value for these arguments", null,
				new Account("acme"));
	}

	@Test
	void aTagOfNoValueIsLeftOutAndOneThatComesTwiceIsOne() {
		assertThat(terms("tagged", null, "a").tags()).containsExactly("a");
		assertThat(terms("tagged", "a", "a").tags()).containsExactly("a");
	}

	private static String key(Object value) {
		return String.valueOf(terms("key", value).concurrencyKey());
	}

	private static JobTerms terms(String job, @Nullable Object... arguments) {
		try (Calls calls = Calls.of(Keyed.class)) {
			return calls.handler(job).terms(arguments);
		}
	}

	private static void assertRefused(String job, String part, @Nullable Object... arguments) {
		assertThatExceptionOfType(JobArgumentException.class).isThrownBy(() -> terms(job, arguments))
			.withMessageStartingWith("Job '" + job + "' was not enqueued: ")
			.withMessageContaining(part);
	}

	enum Size {

		LARGE {
			@Override
			public String toString() {
				return "rather large";
			}
		}

	}

	record Account(String name) {

	}

	static class Keyed {

		@BackgroundJob(name = "boot", concurrencyKey = "'server:' + #id.longValue()", concurrencyLimit = 3,
				uniqueKey = "#account.name + '-' + #id", uniqueUntil = UniqueUntil.STARTED,
				onDuplicate = OnDuplicate.REPLACE, tags = { "'server:' + #id", "'account:' + #account.name()" })
		public void boot(Long id, Account account) {
		}

		@BackgroundJob(name = "plain")
		public void plain(String text) {
		}

		@BackgroundJob(name = "positions", concurrencyKey = "#p0 + #a1")
		public void positions(String first, String second) {
		}

		@BackgroundJob(name = "contextFirst", concurrencyKey = "#text")
		public void contextFirst(JobContext context, String text) {
		}

		@BackgroundJob(name = "constant", concurrencyKey = "'cleanup'")
		public void constant() {
		}

		@BackgroundJob(name = "lists",
				concurrencyKey = "T(String).join(',', #all.?[#this.startsWith('b')].![toString()])")
		public void lists(List<String> all) {
		}

		@BackgroundJob(name = "key", concurrencyKey = "#value")
		public void key(Comparable<?> value) {
		}

		@BackgroundJob(name = "joined", concurrencyKey = "'of ' + #value")
		public void joined(Comparable<?> value) {
		}

		@BackgroundJob(name = "unique", uniqueKey = "#value")
		public void unique(String value) {
		}

		@BackgroundJob(name = "tagged", tags = { "#value", "#other" })
		public void tagged(String value, String other) {
		}

	}

}
