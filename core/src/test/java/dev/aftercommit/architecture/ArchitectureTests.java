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

import java.util.function.Function;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds every rule of the house against the library, and against what is planted to break
 * it.
 */
class ArchitectureTests {

	private static final String LIBRARY = "dev.aftercommit";

	private static final String PLANTED = "dev.aftercommit.architecture.planted";

	/** Read once: it takes seconds. */
	static final JavaClasses library = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(LIBRARY);

	private static final JavaClasses planted = new ClassFileImporter().importPackages(PLANTED);

	@ParameterizedTest
	@EnumSource
	void theLibraryKeepsTheRule(Rule rule) {
		rule.of(LIBRARY).check(library);
	}

	@ParameterizedTest
	@EnumSource
	void thePlantedViolationIsFound(Rule rule) {
		assertThat(rule.of(PLANTED).evaluate(planted).getFailureReport().getDetails())
			.anySatisfy((detail) -> assertThat(detail).contains(rule.violator));
	}

	enum Rule {

		API(HouseRules::theApiKnowsNoRoom, "ApiThatKnowsARoom"),

		CYCLES(HouseRules::roomsHaveNoCycles, "WorkerThatNamesEnqueue"),

		DIRECTION(HouseRules::roomsLookDownwards, "StoreThatNamesTheWorker"),

		ENQUEUE_AND_WORKER(HouseRules::enqueueAndWorkerNeverMeet, "EnqueueThatNamesTheWorker"),

		WORKER_AND_ENQUEUE(HouseRules::enqueueAndWorkerNeverMeet, "WorkerThatNamesEnqueue"),

		STORES(HouseRules::nobodyNamesAnotherStoresImplementation, "WorkerThatNamesAStore"),

		OBSERVERS(HouseRules::nobodyCallsTheObservers, "WorkerThatNamesAnObserver"),

		JDBC(HouseRules::onlyTheJdbcStoreKnowsJdbc, "WorkerThatKnowsJdbc"),

		REDIS(HouseRules::onlyTheRedisStoreKnowsRedis, "WorkerThatKnowsRedis"),

		JACKSON(HouseRules::onlySerializationKnowsJackson, "WorkerThatKnowsJackson"),

		MICROMETER(HouseRules::onlyObservationKnowsMicrometer, "WorkerThatKnowsMicrometer"),

		SPRING_BOOT(HouseRules::nobodyKnowsSpringBoot, "WorkerThatKnowsSpringBoot"),

		CLOCK(HouseRules::nobodyReadsAClockOrSleeps, "WorkerThatReadsAClock"),

		CLOCK_BY_REFERENCE(HouseRules::nobodyReadsAClockOrSleeps, "WorkerThatRefersToAClock"),

		SLEEP(HouseRules::nobodyReadsAClockOrSleeps, "WorkerThatSleeps"),

		NULL_MARKED(HouseRules::everyPackageIsNullMarked, "WorkerThatSleeps");

		private final Function<HouseRules, ArchRule> rule;

		private final String violator;

		Rule(Function<HouseRules, ArchRule> rule, String violator) {
			this.rule = rule;
			this.violator = violator;
		}

		ArchRule of(String root) {
			return this.rule.apply(new HouseRules(root));
		}

	}

}
