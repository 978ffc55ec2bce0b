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
import java.util.Optional;

import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;

/**
 * Enqueues as somebody does whose transaction has just committed. A job that is
 * dispatched locally is not in the store, so its outcome is refused as stale.
 */
final class LocalCaller {

	private LocalCaller() {
	}

	static boolean enqueue(Workers workers, JobStore store, NewJob job) {
		Optional<Lease> lease = workers.reserve(job);
		if (lease.isEmpty()) {
			store.intake().enqueue(List.of(job));
			workers.wakeUp();
			return false;
		}
		workers.run(claimed(job, lease.get()));
		return true;
	}

	static ClaimedJob claimed(NewJob job, Lease lease) {
		return new ClaimedJob(job.id(), job.name(), job.queue(), job.priority(), 1, job.arguments(), job.headers(),
				lease, Duration.ZERO, 0);
	}

}
