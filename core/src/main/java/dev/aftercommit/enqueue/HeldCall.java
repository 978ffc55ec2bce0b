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

import java.time.Duration;
import java.util.Map;
import java.util.UUID;

import dev.aftercommit.EnqueueMode;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobListener;
import dev.aftercommit.handle.Admission;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;

/**
 * A call that was checked and serialised and is on its way into the store.
 *
 * @param job what is to be stored
 * @param mode when it becomes a job
 * @param admission how far it has come
 * @param handle what the caller got
 */
record HeldCall(NewJob job, EnqueueMode mode, Admission admission, JobHandle<?> handle) {

	/**
	 * The job as the node runs it that has staged it under a lease.
	 * @param lease the lease
	 * @return the job, at its first attempt
	 */
	ClaimedJob claimedBy(Lease lease) {
		return new ClaimedJob(this.job.id(), this.job.name(), this.job.queue(), this.job.priority(), 1,
				this.job.arguments(), Map.copyOf(this.job.headers()), lease, Duration.ZERO, 0);
	}

	/**
	 * Hear what the store has done with the calls that were written.
	 * @param kept of those that it has not written, the ids of the jobs that were kept
	 * instead
	 */
	void redirect(Map<UUID, UUID> kept) {
		UUID other = kept.get(this.job.id());
		if (other != null) {
			this.admission.redirect(other);
		}
	}

	JobListener.Job described() {
		return new JobListener.Job(this.job.id(), this.job.name(), this.job.queue());
	}

	@Override
	public String toString() {
		return this.job.name() + " " + this.job.id();
	}

}
