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

import java.io.InputStream;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.persistence.Entity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.core.ParameterizedTypeReference;

import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;

import static org.assertj.core.api.Assertions.assertThat;

class StorableTypesTests {

	private final JacksonJobSerializer serializer = new JacksonJobSerializer(1024, List.of());

	@ParameterizedTest
	@MethodSource
	void isRefused(Type type, String part) {
		assertThat(this.serializer.problemWith(type)).isNotNull().contains(part);
	}

	static Stream<Arguments> isRefused() {
		return Stream.of(Arguments.of(Object.class, "declare the concrete type"),
				Arguments.of(Serializable.class, "declare the concrete type"),
				Arguments.of(Comparable.class, "declare the concrete type"), Arguments.of(List.class, "its elements"),
				Arguments.of(Map.class, "its keys"), Arguments.of(Optional.class, "its elements"),
				Arguments.of(Object[].class, "its elements"), Arguments.of(new ParameterizedTypeReference<List<?>>() {
				}.getType(), "its elements"), Arguments.of(new ParameterizedTypeReference<Map<String, Object>>() {
				}.getType(), "its elements"), Arguments.of(new ParameterizedTypeReference<Optional<List<Thread>>>() {
				}.getType(), "its elements: its elements"),
				Arguments.of(new ParameterizedTypeReference<Map<Point, String>>() {
				}.getType(), "Point"), Arguments.of(new ParameterizedTypeReference<Map<Class<?>, String>>() {
				}.getType(), "its keys: a stored job names no class"), Arguments.of(Class.class, "names no class"),
				Arguments.of(Thread.class, "java.lang.Thread"), Arguments.of(ReentrantLock.class, "ReentrantLock"),
				Arguments.of(InputStream.class, "InputStream"), Arguments.of(Runnable.class, "code can't be stored"),
				Arguments.of(Supplier.class, "code can't be stored"),
				Arguments.of(Callable.class, "code can't be stored"),
				Arguments.of(new ParameterizedTypeReference<Stream<String>>() {
				}.getType(), "Stream"), Arguments.of(new ParameterizedTypeReference<Iterator<String>>() {
				}.getType(), "Iterator"), Arguments.of(ExecutorService.class, "is abstract"),
				Arguments.of(IllegalStateException.class, "pass its message"),
				Arguments.of(JobHandle.class, "pass the job's id"), Arguments.of(JobContext.class, "pass the job's id"),
				Arguments.of(Customer.class, "pass its id and load it in the job"),
				Arguments.of(VipCustomer.class, "pass its id and load it in the job"),
				Arguments.of(new ParameterizedTypeReference<List<Customer>>() {
				}.getType(), "its elements: 'Customer' is a JPA entity"),
				Arguments.of(Order.class, "property 'customer' of 'Order': 'Customer' is a JPA entity"),
				Arguments.of(Bag.class, "property 'content' of 'Bag'"),
				Arguments.of(Animal.class, "@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)"),
				Arguments.of(Zoo.class, "property 'animals' of 'Zoo': its elements: 'Animal' is abstract"),
				Arguments.of(AbstractThing.class, "is abstract"), Arguments.of(Sealed.class, "is abstract"),
				Arguments.of(ByClass.class, "@JsonTypeInfo(use = CLASS)"),
				Arguments.of(ByMinimalClass.class, "@JsonTypeInfo(use = MINIMAL_CLASS)"),
				Arguments.of(ByClassInside.class, "a stored row would name a class"),
				Arguments.of(ByClassOnProperty.class, "a stored row would name a class"),
				Arguments.of(ByClassOnElements.class, "a stored row would name a class"),
				Arguments.of(BadSubtypes.class, "property 'thread' of 'BadSubtype'"),
				Arguments.of(NoSubtypes.class, "no type is known that it stands for"),
				Arguments.of(NoConstructor.class, "@JsonCreator"), Arguments.of(Inner.class, "Inner"),
				Arguments.of(Opaque.class, "Jackson sees no property of 'Opaque'"),
				Arguments.of(DelegatesToObject.class, "declare the concrete type"));
	}

	@ParameterizedTest
	@MethodSource
	void isStorable(Type type) {
		assertThat(this.serializer.problemWith(type)).isNull();
	}

	static Stream<Type> isStorable() {
		return Stream.of(int.class, Integer.class, String.class, CharSequence.class, Number.class, byte[].class,
				int[][].class, String[].class, Date.class, JsonNode.class,
				new ParameterizedTypeReference<Collection<Long>>() {
				}.getType(), new ParameterizedTypeReference<ArrayList<Optional<Long>>>() {
				}.getType(), new ParameterizedTypeReference<LinkedHashSet<Point>>() {
				}.getType(), new ParameterizedTypeReference<Iterable<Point>>() {
				}.getType(), new ParameterizedTypeReference<HashMap<Long, Map<Colour, List<Point[]>>>>() {
				}.getType(), new ParameterizedTypeReference<List<? extends Point>>() {
				}.getType(), Point.class, Colour.class, Empty.class, Linked.class, Plant.class, SealedByName.class,
				Deduced.class, Email.class, Ignoring.class, ByNameOnProperty.class);
	}

	@Test
	void aTypeVariableIsRefused() throws NoSuchMethodException {
		Type variable = List.class.getMethod("get", int.class).getGenericReturnType();
		assertThat(this.serializer.problemWith(variable)).isNotNull();
	}

	@Test
	void whatAnAnnotationNamesIsWrittenAndReadByName() {
		String text = this.serializer.writeArguments(List.of(SealedByName.class), new Object[] { new Left(1) });
		assertThat(text).doesNotContain("aftercommit");
		assertThat(this.serializer.readArguments(List.of(SealedByName.class), text)).containsExactly(new Left(1));
	}

	record Point(int x, int y) {

	}

	enum Colour {

		RED

	}

	record Empty() {

	}

	record Linked(int value, Linked next) {

	}

	record Bag(String name, Object content) {

	}

	@Entity
	static class Customer {

		public long id;

	}

	static class VipCustomer extends Customer {

	}

	record Order(long id, Customer customer) {

	}

	interface Animal {

		String name();

	}

	record Zoo(List<Animal> animals) {

	}

	abstract static class AbstractThing {

		public int size;

	}

	sealed interface Sealed permits SealedOne {

	}

	record SealedOne(int x) implements Sealed {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes({ @JsonSubTypes.Type(value = Rose.class, name = "rose") })
	interface Plant {

	}

	record Rose(Colour colour) implements Plant {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	sealed interface SealedByName permits Left, Right {

	}

	record Left(int x) implements SealedByName {

	}

	record Right(String y) implements SealedByName {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
	@JsonSubTypes({ @JsonSubTypes.Type(DeducedA.class), @JsonSubTypes.Type(DeducedB.class) })
	interface Deduced {

	}

	record DeducedA(int a) implements Deduced {

	}

	record DeducedB(int b) implements Deduced {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
	interface ByClass {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS)
	static class ByMinimalClass {

		public int x;

	}

	record ByClassInside(Map<String, List<ByClass>> inside) {

	}

	record ByClassOnProperty(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object what) {

	}

	record ByClassOnElements(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) List<Animal> what) {

	}

	record ByNameOnProperty(@JsonTypeInfo(use = JsonTypeInfo.Id.NAME) @JsonSubTypes( {
			@JsonSubTypes.Type(value = Rose.class, name = "rose") }) Object what){

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes(@JsonSubTypes.Type(value = BadSubtype.class, name = "bad"))
	interface BadSubtypes {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	interface NoSubtypes {

	}

	record BadSubtype(Thread thread) implements BadSubtypes {

	}

	static class NoConstructor {

		private final int size;

		NoConstructor(int size, String unit) {
			this.size = size + unit.length();
		}

		public int getSize() {
			return this.size;
		}

	}

	class Inner {

		public int x;

	}

	static class Opaque {

		private final int secret = 1;

		@Override
		public String toString() {
			return "opaque" + this.secret;
		}

	}

	record Email(@JsonValue String text) {

		@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
		Email {
		}

	}

	static class DelegatesToObject {

		public final int x;

		@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
		DelegatesToObject(Object what) {
			this.x = what.hashCode();
		}

	}

	static class Ignoring {

		public int x;

		@JsonIgnore
		public Thread thread;

	}

}
