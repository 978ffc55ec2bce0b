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

package dev.aftercommit.architecture;

import java.time.Clock;
import java.time.temporal.Temporal;
import java.util.Date;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The rules of the house, for the rooms below one root package: the library's own, or a
 * planted one that breaks them.
 *
 * @param root the package whose sub-packages are the rooms
 */
record HouseRules(String root) {

	private static final String[] JDBC = { "java.sql..", "javax.sql..", "org.springframework.jdbc..",
			"org.postgresql..", "org.flywaydb.." };

	private static final String[] REDIS = { "org.springframework.data..", "io.lettuce.." };

	private static final String[] JACKSON = { "tools.jackson..", "com.fasterxml.jackson.." };

	private static final Set<String> STORES = Set.of("jdbc", "redis", "memory", "outbox");

	ArchRule theApiKnowsNoRoom() {
		return noClasses().that()
			.resideInAPackage(this.root)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(this.root + ".*..");
	}

	ArchRule roomsHaveNoCycles() {
		return slices().assignedFrom(new Rooms(this.root)).should().beFreeOfCycles();
	}

	ArchRule roomsLookDownwards() {
		return CompositeArchRule
			.of(never("store", "handle", "handler", "serialization", "enqueue", "worker", "recurring", "batch", "step",
					"operations"))
			.and(never("handler", "handle", "serialization", "enqueue", "worker", "recurring", "batch", "step",
					"operations"))
			.and(never("serialization", "handle", "handler", "enqueue", "worker", "recurring", "batch", "step",
					"operations"))
			.and(never("handle", "enqueue", "worker", "recurring", "batch", "step", "operations"))
			.and(never("worker", "handle", "recurring", "batch", "step", "operations"))
			.and(never("recurring", "handle", "enqueue", "batch", "step", "operations"))
			.and(never("flow", "handle", "handler", "serialization", "enqueue", "recurring", "batch", "step",
					"operations"))
			.and(never("operations", "handle", "handler", "serialization", "enqueue", "worker", "recurring", "batch",
					"step"))
			.and(never("observation", "handle", "enqueue", "worker", "recurring", "batch", "step"));
	}

	ArchRule enqueueAndWorkerNeverMeet() {
		return CompositeArchRule.of(never("enqueue", "worker")).and(never("worker", "enqueue"));
	}

	ArchRule nobodyNamesAnotherStoresImplementation() {
		return CompositeArchRule
			.of(STORES.stream().sorted().map((store) -> onlyIn("store." + store, room("store." + store))).toList());
	}

	ArchRule nobodyCallsTheObservers() {
		return CompositeArchRule.of(onlyIn("observation", room("observation"))).and(onlyIn("flow", room("flow")));
	}

	ArchRule onlyTheJdbcStoreKnowsJdbc() {
		return onlyIn("store.jdbc", JDBC);
	}

	ArchRule onlyTheRedisStoreKnowsRedis() {
		return onlyIn("store.redis", REDIS);
	}

	ArchRule onlySerializationKnowsJackson() {
		return onlyIn("serialization", JACKSON);
	}

	ArchRule onlyObservationKnowsMicrometer() {
		return onlyIn("observation", "io.micrometer..");
	}

	ArchRule nobodyKnowsSpringBoot() {
		return noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework.boot..");
	}

	ArchRule nobodyReadsAClockOrSleeps() {
		return noClasses().should().accessTargetWhere(new ReadsAClockOrSleeps());
	}

	ArchRule everyPackageIsNullMarked() {
		return classes().should(new LiveInANullMarkedPackage());
	}

	private ArchRule never(String room, String... others) {
		return noClasses().that()
			.resideInAPackage(room(room))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(Stream.of(others).map(this::room).toArray(String[]::new));
	}

	private ArchRule onlyIn(String room, String... packages) {
		return noClasses().that()
			.resideOutsideOfPackage(room(room))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(packages);
	}

	private String room(String name) {
		return this.root + "." + name + "..";
	}

	/**
	 * Each package is a room, the API among them.
	 */
	private record Rooms(String root) implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			String name = type.getPackageName();
			return (name.equals(this.root) || name.startsWith(this.root + ".")) ? SliceIdentifier.of(name)
					: SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "rooms of " + this.root;
		}

	}

	private static final class ReadsAClockOrSleeps extends DescribedPredicate<JavaAccess<?>> {

		private ReadsAClockOrSleeps() {
			super("a clock is read, or a thread sleeps");
		}

		@Override
		public boolean test(JavaAccess<?> access) {
			JavaClass owner = access.getTargetOwner();
			String name = access.getTarget().getName();
			boolean withoutArguments = access.getTarget() instanceof CodeUnitAccessTarget unit
					&& unit.getRawParameterTypes().isEmpty();
			return (name.equals("now") && withoutArguments && owner.isAssignableTo(Temporal.class))
					|| (owner.isEquivalentTo(System.class) && Set.of("currentTimeMillis", "nanoTime").contains(name))
					|| (owner.isEquivalentTo(Clock.class) && (name.startsWith("system") || name.startsWith("tick")))
					|| (owner.isEquivalentTo(Date.class) && name.equals("<init>") && withoutArguments)
					|| (owner.isEquivalentTo(Thread.class) && name.equals("sleep"))
					|| (owner.isEquivalentTo(TimeUnit.class) && name.equals("sleep"))
					|| (owner.isEquivalentTo(LockSupport.class) && name.equals("parkNanos"));
		}

	}

	private static final class LiveInANullMarkedPackage extends ArchCondition<JavaClass> {

		private LiveInANullMarkedPackage() {
			super("live in a package with @NullMarked");
		}

		@Override
		public void check(JavaClass type, ConditionEvents events) {
			boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
			events.add(new SimpleConditionEvent(type, marked,
					type.getName() + " lives in a package without @NullMarked, see its package-info"));
		}

	}

}
