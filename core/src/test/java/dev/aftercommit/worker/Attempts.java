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

package dev.aftercommit.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;

/**
 * Attempts on a node whose time, lease and stop a test decides about. Trusts its lease
 * for 500 ns.
 */
final class Attempts {

	static final long TRUSTED = 500;

	/** Begins where it overflows soon. */
	final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 100);

	final NodeState node = new NodeState(this.nanoTime::get);

	final NodeSession session = new NodeSession(7, this.nanoTime.get(), TRUSTED);

	private long ids;

	Attempt next(String name) {
		return next(name, "argument");
	}

	Attempt next(String name, String argument) {
		return again(new UUID(9, ++this.ids), name, argument, 1);
	}

	/** Of a job with a concurrency key. */
	Attempt keyed(String name) {
		JobTerms terms = new JobTerms("key", 1, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of());
		return again(new UUID(9, ++this.ids), name, "argument", 1, terms.toHeaders());
	}

	Attempt again(UUID id, String name, String argument, int number) {
		return again(id, name, argument, number, Map.of("a", "b"));
	}

	private Attempt again(UUID id, String name, String argument, int number, Map<String, String> headers) {
		Lease lease = new Lease(this.session.number(), this.session.tokens().take());
		ClaimedJob job = new ClaimedJob(id, name, "default", 0, number, argument, headers, lease, Duration.ofMillis(3),
				0);
		return new Attempt(job, this.session, this.node, this.nanoTime.get());
	}

}
