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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

import dev.aftercommit.sample.RaceRequests.Started;

import org.springframework.stereotype.Service;

/**
 * Runs the same request over {@code @Async} and over {@code @BackgroundJob}, and counts
 * how often each found the row that its caller was inserting.
 */
@Service
class Race {

	/** The first look-ups of a JVM that is still cold take longer than any commit. */
	private static final int WARM_UP = 5;

	private final RaceRequests requests;

	private final LookUps lookUps;

	private final RaceEntryRepository entries;

	private final Duration timeout;

	Race(RaceRequests requests, LookUps lookUps, RaceEntryRepository entries, SampleProperties properties) {
		this.requests = requests;
		this.lookUps = lookUps;
		this.entries = entries;
		this.timeout = properties.raceTimeout();
	}

	/**
	 * Run the race, one request after the other, after a few that don't count.
	 * @param runs how many requests each column gets
	 * @return both columns
	 * @throws RaceNotFinishedException if not all look-ups have ended in time
	 */
	Result run(int runs) {
		column(WARM_UP, this.lookUps::async);
		column(WARM_UP, this.lookUps::backgroundJob);
		return new Result(column(runs, this.lookUps::async), column(runs, this.lookUps::backgroundJob));
	}

	private Column column(int runs, LongFunction<CompletableFuture<Boolean>> lookUp) {
		List<Started> started = new ArrayList<>(runs);
		try {
			for (int i = 0; i < runs; i++) {
				started.add(this.requests.run(lookUp));
			}
			return count(started);
		}
		finally {
			this.entries.deleteAllByIdInBatch(started.stream().map(Started::id).toList());
		}
	}

	private Column count(List<Started> started) {
		CompletableFuture<?>[] all = started.stream().map(Started::found).toArray(CompletableFuture[]::new);
		try {
			CompletableFuture.allOf(all).orTimeout(this.timeout.toMillis(), TimeUnit.MILLISECONDS).join();
		}
		catch (CompletionException ex) {
			throw new RaceNotFinishedException(this.timeout, ex);
		}
		int found = (int) started.stream().filter((one) -> one.found().join()).count();
		return new Column(started.size(), found, started.size() - found);
	}

	/**
	 * What the race has shown.
	 */
	record Result(Column async, Column backgroundJob) {

	}

	/**
	 * How one runner did.
	 *
	 * @param runs the number of requests
	 * @param found how many look-ups found the row
	 * @param notFound how many came before the commit and found nothing
	 */
	record Column(int runs, int found, int notFound) {

	}

	/**
	 * Some look-ups have not ended, or failed.
	 */
	@SuppressWarnings("serial")
	static final class RaceNotFinishedException extends RuntimeException {

		RaceNotFinishedException(Duration timeout, Throwable cause) {
			super("Not every look-up of the race ended well within " + timeout.toSeconds() + " s; try again", cause);
		}

	}

}
