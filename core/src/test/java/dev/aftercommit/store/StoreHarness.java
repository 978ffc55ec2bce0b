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

package dev.aftercommit.store;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.PlatformTransactionManager;

/**
 * What the contract suite needs beside the store.
 */
public interface StoreHarness extends AutoCloseable {

	/**
	 * A store without jobs.
	 */
	JobStore store();

	/**
	 * Move the store's clock on.
	 */
	void advance(Duration duration);

	/**
	 * Begins transactions that the store joins; {@code null} if it joins none.
	 */
	default @Nullable PlatformTransactionManager transactions() {
		return null;
	}

	/**
	 * Where anything is kept of a job: names of tables or keys.
	 */
	default Set<String> traces(UUID id) {
		return store().directory().find(Set.of(id)).isEmpty() ? Set.of() : Set.of("job");
	}

	@Override
	default void close() {
	}

}
