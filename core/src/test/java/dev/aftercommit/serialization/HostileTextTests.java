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

package dev.aftercommit.serialization;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;

import dev.aftercommit.JobArgumentException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Whatever a row says, reading it binds declared types or throws
 * {@link UnreadableException}.
 */
class HostileTextTests {

	private static final String GADGET = Gadget.class.getName();

	private static final AtomicInteger GADGETS = new AtomicInteger();

	private static final String DECIMAL_THAT_JACKSON_FAILS_ON = "1".repeat(3_604) + "." + "1".repeat(833);

	private static final List<Type> TYPES = List.of(long.class, Long.class, boolean.class, char.class, double.class,
			String.class, BigDecimal.class, BigInteger.class, Size.class, Server.class, Picky.class, Shape.class,
			byte[].class, JsonNode.class, Tree.class, java.time.Instant.class, java.time.ZonedDateTime.class,
			java.util.UUID.class, java.util.Locale.class, Class.class, ByClass.class, ByClassProperty.class,
			new ParameterizedTypeReference<List<Long>>() {
			}.getType(), new ParameterizedTypeReference<Map<String, Server>>() {
			}.getType(), new ParameterizedTypeReference<Map<Class<?>, Server>>() {
			}.getType(), new ParameterizedTypeReference<Optional<List<Shape>>>() {
			}.getType());

	private final JacksonJobSerializer serializer = new JacksonJobSerializer(256 * 1024, List.of());

	@ParameterizedTest
	@MethodSource("texts")
	void anyTextIsBoundOrUnreadable(String text) {
		int before = GADGETS.get();
		for (Type type : TYPES) {
			read(List.of(type), text);
			read(List.of(), text);
			read(List.of(type, type), text);
			Throwable thrown = catchThrowable(() -> this.serializer.readResult(type, text));
			if (thrown != null) {
				assertThat(thrown).isExactlyInstanceOf(UnreadableException.class).hasNoCause();
			}
		}
		assertThat(GADGETS).as("gadgets created or initialised").hasValue(before);
	}

	@ParameterizedTest
	@MethodSource("texts")
	void whatIsHiddenIsHiddenWhateverStandsBeforeIt(String text) {
		for (String before : List.of(text, text.replaceFirst("^\\[", ""), text.replaceAll("[\\]}]+$", ""))) {
			assertThat(this.serializer.hideArguments("[" + before + ",\"hunter2\"]", 2, Set.of(1)).orElse(""))
				.doesNotContain("hunter2");
		}
		this.serializer.hideArguments(text, 1, Set.of()).ifPresent((shown) -> assertThat(shown).startsWith("["));
	}

	static Stream<String> texts() {
		List<String> values = List.of("null", "true", "0", "-1", "1.5", "1e400", "-1e-400", "1e1000000000",
				"9223372036854775808", "1e999999999999999999999", "00", "0x10", "NaN", "+1", ".5", "\"\"", "\"12\"",
				"\"abc\"", "\"\\ud800\"", "\"\\u0000\"", "\"\\x\"", "\"unterminated", "'single'", "[]", "{}", "[[]]",
				"[null]", "{\"id\":null}", "{\"id\":1.5}", "{\"id\":\"1\"}", "{\"id\":1,\"id\":2}", "{\"id\":{}}",
				"{\"name\":[]}", "{id:1}", "{\"kind\":\"circle\"}", "{\"kind\":\"unknown\",\"r\":1}",
				"{\"kind\":\"" + GADGET + "\"}", "{\"@class\":\"" + GADGET + "\",\"x\":1}",
				"{\"@type\":\"" + GADGET + "\"}", "{\"@c\":\"." + Gadget.class.getSimpleName() + "\"}",
				"[\"" + GADGET + "\",{\"x\":1}]", "[\"" + GADGET + "\",1]", "\"" + GADGET + "\"",
				"{\"" + GADGET + "\":{\"id\":1}}", "{\"what\":{\"@class\":\"" + GADGET + "\",\"x\":1}}",
				"[\"com.sun.rowset.JdbcRowSetImpl\",{\"dataSourceName\":\"ldap://127.0.0.1:1/x\",\"autoCommit\":true}]",
				"{\"@class\":\"com.sun.rowset.JdbcRowSetImpl\",\"dataSourceName\":\"ldap://127.0.0.1:1/x\"}",
				"\"2026-13-45T99:99:99Z\"", "\"+999999999-12-31T23:59:59Z\"", "\"x-y-z\"", "{\"secret\":1}",
				"{\"refuse\":true,\"overflow\":false}", "{\"refuse\":false,\"overflow\":true}", "// comment\n1", "1 2",
				"1,", "[1,]", "\ufeff1", "\u0000", "\ud800", "undefined", "<xml/>", "${jndi:ldap://127.0.0.1:1/x}",
				"\"#{T(java.lang.Runtime)}\"");
		return Stream
			.of(values.stream(), values.stream().map((value) -> "[" + value + "]"),
					values.stream().map((value) -> "[" + value + "," + value + "]"),
					values.stream().map((value) -> "[" + value + "]]"), values.stream().map((value) -> "[" + value),
					values.stream().map((value) -> "{\"a\":" + value + "}"))
			.flatMap((each) -> each);
	}

	@Test
	void aMapperWithoutOurSettingsWouldCreateTheGadget() {
		int before = GADGETS.get();
		Object read = JsonMapper.builder().build().readValue("{\"@class\":\"" + GADGET + "\",\"x\":1}", ByClass.class);
		assertThat(read).isInstanceOf(Gadget.class);
		assertThat(GADGETS).hasValueGreaterThan(before);
	}

	@Test
	void depthIsLimited() {
		for (int depth : new int[] { 150, 1_000, 100_000 }) {
			for (String text : List.of("[".repeat(depth) + "]".repeat(depth), "[".repeat(depth),
					"[" + "{\"children\":[".repeat(depth / 2),
					"[" + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "]",
					"[" + "{\"x\":[".repeat(depth / 2) + "1" + "]}".repeat(depth / 2) + "]")) {
				for (Type type : TYPES) {
					read(List.of(type), text);
				}
			}
		}
		String deepest = "{\"name\":\"n\",\"children\":[".repeat(90) + "]}".repeat(90);
		assertThat(this.serializer.readArguments(List.of(Tree.class), "[" + deepest + "]")).hasSize(1);
		String tooDeep = "{\"name\":\"n\",\"children\":[".repeat(110) + "]}".repeat(110);
		assertThatExceptionOfType(UnreadableException.class)
			.isThrownBy(() -> this.serializer.readArguments(List.of(Tree.class), "[" + tooDeep + "]"));
	}

	@Test
	void lengthIsLimited() {
		int tenMegabytes = 10 * 1024 * 1024;
		for (String text : List.of("[\"" + "x".repeat(tenMegabytes) + "\"]", "[" + "1,".repeat(tenMegabytes / 2) + "1]",
				"[" + "9".repeat(tenMegabytes) + "]", " ".repeat(tenMegabytes), "[".repeat(tenMegabytes))) {
			for (Type type : TYPES) {
				assertThatExceptionOfType(UnreadableException.class)
					.isThrownBy(() -> this.serializer.readArguments(List.of(type), text))
					.withMessageContaining("aftercommit.payload.max-size");
				assertThatExceptionOfType(UnreadableException.class)
					.isThrownBy(() -> this.serializer.readResult(Long.class, text));
			}
		}
		for (String text : List.of("[" + "9".repeat(900_000) + "]", "[1e" + "9".repeat(900_000) + "]",
				"[\"" + "9".repeat(900_000) + "\"]", "[{\"" + "k".repeat(900_000) + "\":1}]")) {
			for (Type type : TYPES) {
				read(List.of(type), text);
			}
		}
	}

	/**
	 * Found by the fuzzer. With assertions, Jackson's reader threw an
	 * {@link AssertionError} here; without them, a {@link NullPointerException}: it
	 * multiplies by a power of ten that it has not computed.
	 */
	@Test
	void aDecimalThatJacksonFailsOnIsUnreadable() {
		String decimal = DECIMAL_THAT_JACKSON_FAILS_ON;
		assertThat(catchThrowable(() -> JsonMapper
			.builder(JsonFactory.builder()
				.streamReadConstraints(StreamReadConstraints.builder().maxNumberLength(20_000).build())
				.build())
			.build()
			.readValue(decimal, BigDecimal.class))).as("Jackson reads it now: raise the limit")
			.isNotNull()
			.isNotInstanceOf(JacksonException.class);
		for (Type type : List.of(BigDecimal.class, BigInteger.class, JsonNode.class, Object.class, Circle.class)) {
			String text = (type == Circle.class) ? "{\"r\":" + decimal + "}" : decimal;
			assertThatExceptionOfType(UnreadableException.class)
				.isThrownBy(() -> this.serializer.readArguments(List.of(type), "[" + text + "]"))
				.withNoCause();
			assertThatExceptionOfType(UnreadableException.class)
				.isThrownBy(() -> this.serializer.readResult(type, text))
				.withNoCause();
		}
	}

	@Test
	void aNumberThatCouldNotBeReadIsRefusedWhereItIsPassed() {
		BigDecimal tooLong = new BigDecimal(DECIMAL_THAT_JACKSON_FAILS_ON);
		for (Object value : List.of(tooLong, tooLong.unscaledValue(), List.of(1, tooLong), new Circle(tooLong),
				JsonMapper.builder().build().createObjectNode().put("\\\"", tooLong))) {
			assertThatExceptionOfType(JobArgumentException.class)
				.isThrownBy(() -> this.serializer.writeArguments(List.of(String.class, Object.class),
						new Object[] { "\\\" 1", value }))
				.withMessageContaining("Argument 2")
				.withMessageContaining("more than 2000 characters")
				.withMessageContaining("pass it as a text");
			assertThatExceptionOfType(JobArgumentException.class)
				.isThrownBy(() -> this.serializer.writeResult(Object.class, value));
		}
	}

	@Test
	void theLongestNumbersComeBackAndDigitsInTextsAreNoNumbers() {
		for (int fraction = 0; fraction < 1_999; fraction++) {
			BigDecimal longest = new BigDecimal("7".repeat(1_999 - fraction) + "." + "3".repeat(fraction));
			String text = this.serializer.writeArguments(List.of(BigDecimal.class), new Object[] { longest });
			assertThat(this.serializer.readArguments(List.of(BigDecimal.class), text)).containsExactly(longest);
		}
		List<Object> values = List.of(BigInteger.TEN.pow(1_999), "9".repeat(30_000), "\\\"" + "1".repeat(3_000) + "\\",
				List.of(1L, 2L));
		List<Type> types = List.of(BigInteger.class, String.class, String.class, Object.class);
		List<Object> many = new ArrayList<>();
		for (int i = 0; i < 5_000; i++) {
			many.add(i);
		}
		assertThat(this.serializer.readArguments(types, this.serializer.writeArguments(types, values.toArray())).length)
			.isEqualTo(4);
		assertThat(this.serializer.readArguments(types.subList(0, 3),
				this.serializer.writeArguments(types.subList(0, 3), values.subList(0, 3).toArray())))
			.containsExactlyElementsOf(values.subList(0, 3));
		assertThat(this.serializer.readResult(Object.class, this.serializer.writeResult(Object.class, many)))
			.isEqualTo(many);
	}

	@Test
	void aConstructorThatAssertsMakesItsArgumentUnreadable() {
		assertThatExceptionOfType(UnreadableException.class)
			.isThrownBy(() -> this.serializer.readArguments(List.of(Asserting.class), "[{\"id\":1}]"))
			.withNoCause();
	}

	@Test
	void whatAnOlderLimitLetInIsStillRead() {
		String text = "x".repeat(3 * 256 * 1024);
		assertThat(this.serializer.readArguments(List.of(String.class), "[\"" + text + "\"]")).containsExactly(text);
	}

	@Test
	void randomDamageIsBoundOrUnreadable() {
		Random random = new Random(20261124);
		String healthy = "[{\"id\":1,\"name\":\"\u00e4\ud83d\ude80\"},{\"kind\":\"circle\",\"r\":2.50},[1,2,3],"
				+ "{\"name\":\"t\",\"children\":[{\"name\":\"u\",\"children\":[]}]},\"2026-11-24T00:00:00Z\",null]";
		List<Type> types = List.of(Server.class, Shape.class, TYPES.get(22), Tree.class, java.time.Instant.class,
				String.class);
		assertThat(this.serializer.readArguments(types, healthy)).hasSize(6);
		for (int i = 0; i < 20_000; i++) {
			StringBuilder damaged = new StringBuilder(healthy);
			for (int j = random.nextInt(4); j >= 0; j--) {
				int at = random.nextInt(damaged.length());
				switch (random.nextInt(3)) {
					case 0 -> damaged.deleteCharAt(at);
					case 1 -> damaged.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
					default -> damaged.insert(at, "[]{}\",:0-e\\".charAt(random.nextInt(11)));
				}
			}
			read(types, damaged.toString());
		}
	}

	@ParameterizedTest
	@MethodSource("mismatches")
	void whatDoesNotFitIsUnreadable(Type type, String text) {
		assertThatExceptionOfType(UnreadableException.class)
			.isThrownBy(() -> this.serializer.readArguments(List.of(type), text));
	}

	static Stream<Arguments> mismatches() {
		return Stream.of(Arguments.of(long.class, "[null]"), Arguments.of(long.class, "[1.5]"),
				Arguments.of(long.class, "[\"1\"]"), Arguments.of(long.class, "[true]"),
				Arguments.of(long.class, "[9223372036854775808]"), Arguments.of(int.class, "[2147483648]"),
				Arguments.of(boolean.class, "[1]"), Arguments.of(boolean.class, "[\"true\"]"),
				Arguments.of(String.class, "[1]"), Arguments.of(String.class, "[true]"),
				Arguments.of(String.class, "[{}]"), Arguments.of(Size.class, "[0]"),
				Arguments.of(Size.class, "[\"small\"]"), Arguments.of(Server.class, "[{\"id\":null,\"name\":\"a\"}]"),
				Arguments.of(Server.class, "[{\"name\":\"a\"}]"), Arguments.of(Server.class, "[[]]"),
				Arguments.of(Server.class, "[\"\"]"), Arguments.of(Shape.class, "[{\"r\":1}]"),
				Arguments.of(Shape.class, "[{\"kind\":\"triangle\"}]"),
				Arguments.of(Class.class, "[\"java.lang.String\"]"),
				Arguments.of(ByClass.class, "[{\"@class\":\"" + GADGET + "\"}]"), Arguments.of(String.class, "[]"),
				Arguments.of(String.class, "[\"a\",\"b\"]"), Arguments.of(String.class, "[\"a\"] []"),
				Arguments.of(String.class, "\"a\""), Arguments.of(String.class, ""),
				Arguments.of(Picky.class, "[{\"refuse\":true,\"overflow\":false}]"),
				Arguments.of(Picky.class, "[{\"refuse\":false,\"overflow\":true}]"));
	}

	@Test
	void messagesNameThePlaceAndNeverTheValue() {
		List<Type> types = List.of(long.class, Server.class, Size.class, Picky.class);
		List<String> texts = new ArrayList<>(List.of("[\"hunter2\",{\"id\":1},\"SMALL\",{}]",
				"[1,{\"id\":\"hunter2\"},\"SMALL\",{}]", "[1,{\"id\":1},\"hunter2\",{}]",
				"[1,{\"id\":1},\"SMALL\",{\"refuse\":true,\"overflow\":false}]", "[1,hunter2]", "hunter2",
				"[1,{\"id\":1},\"SMALL\",{},\"hunter2\"]", "[1,{\"hunter2\":1,\"id\":[]}]"));
		for (String text : texts) {
			Throwable thrown = catchThrowable(() -> this.serializer.readArguments(types, text));
			assertThat(thrown).isExactlyInstanceOf(UnreadableException.class).hasNoCause();
			assertThat(thrown.toString()).doesNotContain("hunter2").doesNotContain("SMALL");
		}
		assertThatExceptionOfType(UnreadableException.class)
			.isThrownBy(() -> this.serializer.readArguments(types, texts.get(1)))
			.withMessageContaining("Argument 2")
			.withMessageContaining(Server.class.getName())
			.withMessageContaining("near character");
		assertThatExceptionOfType(UnreadableException.class)
			.isThrownBy(() -> this.serializer.readArguments(types, texts.get(3)))
			.withMessageContaining("Argument 4")
			.withMessageContaining("caused by java.lang.IllegalArgumentException");
		assertThatExceptionOfType(UnreadableException.class)
			.isThrownBy(() -> this.serializer.readArguments(types, "[1]"))
			.withMessageContaining("There are 1 stored arguments, the method takes 4");
	}

	private void read(List<Type> types, String text) {
		try {
			assertThat(this.serializer.readArguments(types, text)).hasSize(types.size());
		}
		catch (UnreadableException ex) {
			assertThat(ex).hasNoCause();
		}
	}

	enum Size {

		SMALL

	}

	record Server(long id, String name) {

	}

	record Picky(boolean refuse, boolean overflow) {

		Picky {
			if (refuse) {
				throw new IllegalArgumentException("I don't like hunter2");
			}
			if (overflow) {
				recurse(1);
			}
		}

		private static int recurse(int depth) {
			return recurse(depth + 1) + depth;
		}

	}

	record Asserting(long id) {

		Asserting {
			throw new AssertionError("I don't like " + id);
		}

	}

	record Tree(String name, List<Tree> children) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
	interface Shape {

	}

	record Circle(BigDecimal r) implements Shape {

	}

	/**
	 * Refused at start-up; read here to see that it would name no class even so.
	 */
	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
	interface ByClass {

	}

	record ByClassProperty(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object what) {

	}

	public static class Gadget implements ByClass, Shape {

		static {
			GADGETS.incrementAndGet();
		}

		public Gadget() {
			GADGETS.incrementAndGet();
		}

		public void setX(int x) {
			Arrays.asList(x);
			GADGETS.incrementAndGet();
		}

	}

}
