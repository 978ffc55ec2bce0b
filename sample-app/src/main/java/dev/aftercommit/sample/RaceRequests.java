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
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The request that the race sends over and over: one transaction that inserts a row and
 * has it looked up in the background.
 */
@Service
class RaceRequests {

	private final RaceEntryRepository entries;

	private final Duration commitTime;

	RaceRequests(RaceEntryRepository entries, SampleProperties properties) {
		this.entries = entries;
		this.commitTime = properties.commitTime();
	}

	/**
	 * Run one request.
	 * @param lookUp starts the look-up of the row with the given id
	 * @return what was started; the row is committed
	 */
	@Transactional
	public Started run(LongFunction<CompletableFuture<Boolean>> lookUp) {
		RaceEntry entry = this.entries.save(new RaceEntry());
		CompletableFuture<Boolean> found = lookUp.apply(entry.id());
		TransactionSynchronizationManager.registerSynchronization(new SlowCommit(this.commitTime));
		return new Started(entry.id(), found);
	}

	/**
	 * A request that has committed.
	 *
	 * @param id of the row
	 * @param found whether the look-up found it
	 */
	record Started(long id, CompletableFuture<Boolean> found) {

	}

	/**
	 * An embedded database commits in a fraction of a millisecond. This wait stands for
	 * what lies between the call and the end of the commit elsewhere: the rest of the
	 * request, the flush of what it changed, the way to the database and back, and the
	 * sync of its log to a disk. It is the same for both runners.
	 */
	private record SlowCommit(Duration time) implements TransactionSynchronization {

		@Override
		public void beforeCommit(boolean readOnly) {
			try {
				Thread.sleep(this.time.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException("Interrupted before the commit", ex);
			}
		}

	}

}
