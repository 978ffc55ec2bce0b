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

package dev.aftercommit.enqueue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;

/**
 * Workers that note what they were told.
 */
final class MatrixWorkers implements LocalWorkers {

	private static final AtomicLong TOKENS = new AtomicLong(1_000_000);

	final List<Lease> reserved = new CopyOnWriteArrayList<>();

	final List<ClaimedJob> run = new CopyOnWriteArrayList<>();

	final List<Lease> freed = new CopyOnWriteArrayList<>();

	final AtomicInteger wakeUps = new AtomicInteger();

	private final long node;

	private final boolean free;

	MatrixWorkers(long node, boolean free) {
		this.node = node;
		this.free = free;
	}

	static long token() {
		return TOKENS.incrementAndGet();
	}

	long node() {
		return this.node;
	}

	@Override
	public Optional<Lease> reserve(NewJob job) {
		if (!this.free || job.terms().isKeyed()) {
			return Optional.empty();
		}
		Lease lease = new Lease(this.node, token());
		this.reserved.add(lease);
		return Optional.of(lease);
	}

	@Override
	public void run(ClaimedJob job) {
		this.run.add(job);
	}

	@Override
	public void free(Lease lease) {
		this.freed.add(lease);
	}

	@Override
	public void wakeUp() {
		this.wakeUps.incrementAndGet();
	}

}
