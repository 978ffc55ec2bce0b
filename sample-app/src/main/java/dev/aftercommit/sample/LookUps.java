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

import java.util.concurrent.CompletableFuture;

import dev.aftercommit.BackgroundJob;

import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;

/**
 * The two runners of the race: the same look-up of a row, called inside the transaction
 * that inserts it. Each says whether it found the row.
 */
@Service
class LookUps {

	private final RaceEntryRepository entries;

	LookUps(RaceEntryRepository entries) {
		this.entries = entries;
	}

	// tag::race[]
	@Async
	public CompletableFuture<Boolean> async(long id) {
		return CompletableFuture.completedFuture(this.entries.existsById(id));
	}

	@BackgroundJob(name = "race.look-up", queue = "race")
	public CompletableFuture<Boolean> backgroundJob(long id) {
		return CompletableFuture.completedFuture(this.entries.existsById(id));
	}
	// end::race[]

}
