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
package dev.aftercommit.faults.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * A fault that is played once on each of these stores.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(OnEachStore.Stores.class)
public @interface OnEachStore {

	/** In every build that runs the test. */
	StoreKind[] value() default { StoreKind.POSTGRES, StoreKind.REDIS };

	/** In the profile 'faults' besides. */
	StoreKind[] full() default {};

	/**
	 * Those that are played now.
	 */
	final class Stores implements ArgumentsProvider {

		@Override
		public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters,
				ExtensionContext context) {
			OnEachStore stores = context.getRequiredTestMethod().getAnnotation(OnEachStore.class);
			Stream<StoreKind> more = Report.isFull() ? Stream.of(stores.full()) : Stream.empty();
			return Stream.concat(Stream.of(stores.value()), more).map(Arguments::of);
		}

	}

}
