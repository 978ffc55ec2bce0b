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

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

import dev.aftercommit.JobArgumentException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class JacksonJobSerializerTests {

	private static final int KB = 1024;

	private final JacksonJobSerializer serializer = new JacksonJobSerializer(256 * KB, List.of());

	@ParameterizedTest
	@MethodSource("values")
	void whatGoesInComesOut(String declaredBy, Object value) {
		Type type = typeOf(declaredBy);
		assertThat(this.serializer.problemWith(type)).isNull();
		String text = this.serializer.writeArguments(List.of(type), new Object[] { value });
		@Nullable Object[] read = this.serializer.readArguments(List.of(type), text);
		assertThat(read).usingRecursiveComparison()
			.withStrictTypeChecking()
			.withComparatorForType(Double::compare, Double.class)
			.isEqualTo(new Object[] { value });
		assertThat(read[0]).hasToString(value.toString());
		String result = this.serializer.writeResult(type, value);
		assertThat(this.serializer.readResult(type, result)).usingRecursiveComparison()
			.withComparatorForType(Double::compare, Double.class)
			.isEqualTo(value);
	}

	@ParameterizedTest
	@MethodSource("values")
	void whatIsNotHiddenIsShownAsItIsStored(String declaredBy, Object value) {
		Type type = typeOf(declaredBy);
		String text = this.serializer.writeArguments(List.of(type, type), new Object[] { value, value });
		assertThat(this.serializer.hideArguments(text, 2, Set.of())).contains(text);
		String alone = this.serializer.writeArguments(List.of(type), new Object[] { value });
		String shown = alone.substring(1, alone.length() - 1);
		assertThat(this.serializer.hideArguments(text, 2, Set.of(0))).contains("[\"******\"," + shown + "]");
		assertThat(this.serializer.hideArguments(text, 2, Set.of(1))).contains("[" + shown + ",\"******\"]");
		assertThat(this.serializer.hideArguments(text, 2, Set.of(0, 1))).contains("[\"******\",\"******\"]");
	}

	@Test
	void argumentsOfAnotherNumberThanTheMethodTakesAreNotShown() {
		assertThat(this.serializer.hideArguments("[]", 0, Set.of())).contains("[]");
		assertThat(this.serializer.hideArguments("[1,2]", 3, Set.of(2))).isEmpty();
		assertThat(this.serializer.hideArguments("[1,2]", 1, Set.of())).isEmpty();
		assertThat(this.serializer.hideArguments("[\"" + "x".repeat(2000 * KB) + "\"]", 1, Set.of())).isEmpty();
	}

	static Stream<Arguments> values() {
		EnumMap<Size, Integer> sizes = new EnumMap<>(Size.class);
		sizes.put(Size.LARGE, 3);
		return Stream.of(Arguments.of("primitiveLong", Long.MAX_VALUE), Arguments.of("primitiveLong", (1L << 53) + 1),
				Arguments.of("primitiveLong", Long.MIN_VALUE), Arguments.of("primitiveInt", Integer.MIN_VALUE),
				Arguments.of("primitiveBoolean", true), Arguments.of("primitiveChar", '\u00e4'),
				Arguments.of("primitiveDouble", 0.1), Arguments.of("primitiveDouble", Double.MIN_VALUE),
				Arguments.of("primitiveDouble", Double.NaN), Arguments.of("primitiveDouble", Double.NEGATIVE_INFINITY),
				Arguments.of("primitiveDouble", 5.0), Arguments.of("boxedFloat", 3.4028235e38f),
				Arguments.of("boxedShort", (short) -3), Arguments.of("text", ""),
				Arguments.of("text", "a\u0000b\r\n\t\"\\</script>"), Arguments.of("text", "\ud83d\ude80 \u4e16\u754c"),
				Arguments.of("text", "\u2028\ufeff\uffff"), Arguments.of("decimal", new BigDecimal("1.10")),
				Arguments.of("decimal", new BigDecimal("-12345678901234567890.12345678901234567890")),
				Arguments.of("decimal", new BigDecimal("1E+1000")), Arguments.of("decimal", new BigDecimal("7")),
				Arguments.of("integer", BigInteger.TWO.pow(200)),
				Arguments.of("bytes", new Bytes(new byte[] { 0, -1 })),
				Arguments.of("instant", Instant.parse("2026-11-24T07:00:00.123456789Z")),
				Arguments.of("instant", Instant.MIN), Arguments.of("localDate", LocalDate.of(-5, 2, 28)),
				Arguments.of("localDateTime", LocalDateTime.of(2026, 1, 1, 0, 0)),
				Arguments.of("localTime", LocalTime.of(23, 59, 59, 1)),
				Arguments.of("offsetDateTime", OffsetDateTime.of(2026, 7, 1, 1, 2, 3, 4, ZoneOffset.ofHours(5))),
				Arguments.of("zonedDateTime",
						ZonedDateTime.ofLocal(LocalDateTime.of(2026, 10, 25, 2, 30), ZoneId.of("Europe/Berlin"),
								ZoneOffset.ofHours(1))),
				Arguments.of("zonedDateTime", ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneId.of("UTC"))),
				Arguments.of("duration", Duration.ofSeconds(5, 7)), Arguments.of("duration", Duration.ofDays(-3)),
				Arguments.of("period", Period.of(1, 2, 3)), Arguments.of("yearMonth", YearMonth.of(2026, 2)),
				Arguments.of("zoneId", ZoneId.of("Australia/Lord_Howe")), Arguments.of("uuid", new UUID(1, 2)),
				Arguments.of("uri", URI.create("https://example.org/?a=%20")), Arguments.of("locale", Locale.GERMANY),
				Arguments.of("currency", Currency.getInstance("EUR")), Arguments.of("size", Size.SMALL),
				Arguments.of("sizes", sizes), Arguments.of("texts", Arrays.asList("a", null, "c")),
				Arguments.of("longs", List.of(1L, 1L << 60)), Arguments.of("iterable", List.of(new Server(1, "a"))),
				Arguments.of("longSet", Set.of(5L)),
				Arguments.of("byName", new TreeMap<>(Map.of("x", List.of(new Server(1, "a"))))),
				Arguments.of("byId", Map.of(new UUID(3, 4), Size.LARGE)), Arguments.of("optional", Optional.of(7L)),
				Arguments.of("optional", Optional.empty()), Arguments.of("optionalLong", OptionalLong.of(1L << 55)),
				Arguments.of("server", new Server(1L << 54, null)), Arguments.of("pair", new Pair<>(1L, List.of("x"))),
				Arguments.of("nothing", new Nothing()), Arguments.of("shape", new Circle(new BigDecimal("2.50"))),
				Arguments.of("shapes", List.of(new Circle(BigDecimal.ONE), new Square(3))),
				Arguments.of("mutable", new Mutable("a", 2L)),
				Arguments.of("tree", new Tree("root", List.of(new Tree("leaf", List.of())))));
	}

	@Test
	void anArrayOfArgumentsKeepsItsOrderAndItsNulls() {
		List<Type> types = List.of(long.class, String.class, Server.class);
		String text = this.serializer.writeArguments(types, new @Nullable Object[] { 1L, null, new Server(2, "b") });
		assertThat(text).isEqualTo("[1,null,{\"id\":2,\"name\":\"b\"}]");
		assertThat(this.serializer.readArguments(types, text)).containsExactly(1L, null, new Server(2, "b"));
	}

	@Test
	void noArgumentsAreAnEmptyArray() {
		assertThat(this.serializer.writeArguments(List.of(), new Object[0])).isEqualTo("[]");
		assertThat(this.serializer.readArguments(List.of(), "[]")).isEmpty();
	}

	@Test
	void nullForAnOptionalComesBackEmpty() {
		Type type = typeOf("optional");
		String text = this.serializer.writeArguments(List.of(type), new @Nullable Object[] { null });
		assertThat(this.serializer.readArguments(List.of(type), text)).containsExactly(Optional.empty());
	}

	@Test
	void noResultIsNoText() {
		assertThat(this.serializer.writeResult(String.class, null)).isNull();
		assertThat(this.serializer.readResult(String.class, null)).isNull();
		assertThat(this.serializer.readResult(Void.class, "\"left by an older version\"")).isNull();
	}

	@Test
	void theDeclaredTypeDecidesWhatIsWritten() {
		Type type = typeOf("shapes");
		assertThat(this.serializer.writeArguments(List.of(type), new Object[] { List.of(new Square(3)) }))
			.isEqualTo("[[{\"kind\":\"square\",\"side\":3}]]");
	}

	@Test
	void enumsAreStoredByNameWhateverTheirTextIs() {
		assertThat(this.serializer.writeArguments(List.of(Size.class), new Object[] { Size.SMALL }))
			.isEqualTo("[\"SMALL\"]");
	}

	@Test
	void aPropertyThatTheTypeNoLongerHasIsIgnored() {
		assertThat(this.serializer.readArguments(List.of(Server.class),
				"[{\"id\":1,\"name\":\"a\",\"zone\":{\"deep\":[1,2]}}]"))
			.containsExactly(new Server(1, "a"));
	}

	@Test
	void aPropertyThatIsNewIsNull() {
		assertThat(this.serializer.readArguments(List.of(Server.class), "[{\"id\":1}]"))
			.containsExactly(new Server(1, null));
	}

	@Test
	void modulesOfTheUserAreUsed() {
		SimpleModule module = new SimpleModule("money").addSerializer(Money.class, new MoneySerializer())
			.addDeserializer(Money.class, new MoneyDeserializer());
		JacksonJobSerializer with = new JacksonJobSerializer(KB, List.of(module));
		assertThat(with.problemWith(Money.class)).isNull();
		String text = with.writeArguments(List.of(Money.class), new Object[] { new Euros(5) });
		assertThat(text).isEqualTo("[5]");
		assertThat(with.readArguments(List.of(Money.class), text)).containsExactly(new Euros(5));
	}

	@Test
	void aHalfSurrogateIsRefusedAndItsArgumentNamed() {
		assertThatExceptionOfType(JobArgumentException.class)
			.isThrownBy(() -> this.serializer.writeArguments(List.of(long.class, String.class, String.class),
					new Object[] { 1L, "fine \ud83d\ude80", "cut \ud83d" }))
			.withMessageContaining("Argument 3")
			.withMessageContaining("surrogate")
			.withMessageContaining("\\ud83d");
		assertThatExceptionOfType(JobArgumentException.class)
			.isThrownBy(() -> this.serializer.writeResult(String.class, "\ude80\ud83d"))
			.withMessageContaining("The result");
	}

	@Test
	void tooLargeIsCountedInBytesOfUtf8() {
		JacksonJobSerializer small = new JacksonJobSerializer(100, List.of());
		List<Type> types = List.of(String.class);
		assertThat(small.writeArguments(types, new Object[] { "x".repeat(96) })).hasSize(100);
		assertThat(small.writeArguments(types, new Object[] { "\u4e16".repeat(32) })).hasSize(36);
		assertThat(small.writeArguments(types, new Object[] { "\ud83d\ude80".repeat(24) })).hasSize(52);
		for (String tooLarge : List.of("x".repeat(97), "\u00e4".repeat(49), "\u4e16".repeat(33),
				"\ud83d\ude80".repeat(25))) {
			assertThatExceptionOfType(JobArgumentException.class)
				.isThrownBy(() -> small.writeArguments(types, new Object[] { tooLarge }))
				.withMessageContaining("100 bytes")
				.withMessageContaining("aftercommit.payload.max-size");
		}
		assertThatExceptionOfType(JobArgumentException.class)
			.isThrownBy(() -> small.writeResult(String.class, "x".repeat(101)))
			.withMessageContaining("The result");
	}

	@Test
	void writingStopsWhenTheLimitIsReached() {
		List<String> endless = new AbstractList<>() {

			@Override
			public String get(int index) {
				return "x".repeat(1000);
			}

			@Override
			public int size() {
				return Integer.MAX_VALUE;
			}

		};
		assertThatExceptionOfType(JobArgumentException.class)
			.isThrownBy(() -> this.serializer.writeArguments(List.of(typeOf("texts")), new Object[] { endless }))
			.withMessageContaining("Argument 1")
			.withMessageContaining("aftercommit.payload.max-size");
	}

	@Test
	void anArgumentThatContainsItselfIsRefused() {
		Mutable mutable = new Mutable("self", 1L);
		Cycle cycle = new Cycle();
		cycle.setNext(cycle);
		assertThatExceptionOfType(JobArgumentException.class)
			.isThrownBy(() -> this.serializer.writeArguments(List.of(Mutable.class, Cycle.class),
					new Object[] { mutable, cycle }))
			.withMessageContaining("Argument 2")
			.withMessageContaining("Cycle");
	}

	@Test
	void whatAGetterThrowsIsTheCause() {
		assertThatExceptionOfType(JobArgumentException.class)
			.isThrownBy(() -> this.serializer.writeArguments(List.of(Lazy.class), new Object[] { new Lazy() }))
			.withMessageContaining("Argument 1")
			.withMessageContaining("Lazy")
			.withRootCauseInstanceOf(IllegalStateException.class);
	}

	@Test
	void theNumberOfArgumentsMustFit() {
		assertThatExceptionOfType(JobArgumentException.class)
			.isThrownBy(() -> this.serializer.writeArguments(List.of(long.class), new Object[0]))
			.withMessageContaining("'arguments' (0)");
	}

	@Test
	void theLimitMustBePositive() {
		assertThatIllegalArgumentException().isThrownBy(() -> new JacksonJobSerializer(0, List.of()))
			.withMessageContaining("'maxBytes' (0)");
	}

	static Type typeOf(String method) {
		for (Method each : Declared.class.getDeclaredMethods()) {
			if (each.getName().equals(method)) {
				return each.getGenericReturnType();
			}
		}
		throw new IllegalArgumentException("No declared type '" + method + "'");
	}

	@SuppressWarnings("unused")
	interface Declared {

		long primitiveLong();

		int primitiveInt();

		boolean primitiveBoolean();

		char primitiveChar();

		double primitiveDouble();

		Float boxedFloat();

		Short boxedShort();

		String text();

		BigDecimal decimal();

		BigInteger integer();

		Bytes bytes();

		Instant instant();

		LocalDate localDate();

		LocalDateTime localDateTime();

		LocalTime localTime();

		OffsetDateTime offsetDateTime();

		ZonedDateTime zonedDateTime();

		Duration duration();

		Period period();

		YearMonth yearMonth();

		ZoneId zoneId();

		UUID uuid();

		URI uri();

		Locale locale();

		Currency currency();

		Size size();

		EnumMap<Size, Integer> sizes();

		List<String> texts();

		List<Long> longs();

		Set<Long> longSet();

		Iterable<Server> iterable();

		TreeMap<String, List<Server>> byName();

		Map<UUID, Size> byId();

		Optional<Long> optional();

		OptionalLong optionalLong();

		Server server();

		Pair<Long, List<String>> pair();

		Nothing nothing();

		Shape shape();

		List<Shape> shapes();

		Mutable mutable();

		Tree tree();

	}

	enum Size {

		SMALL, LARGE;

		@Override
		public String toString() {
			return "size " + ordinal();
		}

	}

	record Bytes(byte[] data) {

		@Override
		public String toString() {
			return Arrays.toString(this.data);
		}

	}

	record Server(long id, @Nullable String name) {

	}

	record Pair<A, B>(A first, B second) {

	}

	record Nothing() {

	}

	record Tree(String name, List<Tree> children) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes({ @JsonSubTypes.Type(value = Circle.class, name = "circle"),
			@JsonSubTypes.Type(value = Square.class, name = "square") })
	interface Shape {

	}

	record Circle(BigDecimal radius) implements Shape {

	}

	record Square(int side) implements Shape {

	}

	static class Mutable {

		private String name = "";

		private @Nullable Long size;

		Mutable() {
		}

		Mutable(String name, Long size) {
			this.name = name;
			this.size = size;
		}

		public String getName() {
			return this.name;
		}

		public void setName(String name) {
			this.name = name;
		}

		public @Nullable Long getSize() {
			return this.size;
		}

		public void setSize(Long size) {
			this.size = size;
		}

		@Override
		public String toString() {
			return this.name + this.size;
		}

	}

	static class Cycle {

		private @Nullable Cycle next;

		public @Nullable Cycle getNext() {
			return this.next;
		}

		public void setNext(@Nullable Cycle next) {
			this.next = next;
		}

	}

	static class Lazy {

		public String getName() {
			throw new IllegalStateException("no session");
		}

		public void setName(String name) {
			Collections.singleton(name);
		}

	}

	interface Money {

		int amount();

	}

	record Euros(int amount) implements Money {

	}

	static class MoneySerializer extends StdSerializer<Money> {

		MoneySerializer() {
			super(Money.class);
		}

		@Override
		public void serialize(Money value, JsonGenerator generator, SerializationContext context) {
			generator.writeNumber(value.amount());
		}

	}

	static class MoneyDeserializer extends StdDeserializer<Money> {

		MoneyDeserializer() {
			super(Money.class);
		}

		@Override
		public Money deserialize(JsonParser parser, DeserializationContext context) {
			return new Euros(parser.getIntValue());
		}

	}

}
