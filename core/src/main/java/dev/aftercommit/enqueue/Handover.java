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

import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.WeakHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.JobListener;
import dev.aftercommit.handle.Admission;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.WakeUps;

/**
 * Tells those who are to know that jobs are in the store for good. Nothing here throws:
 * it is called between a commit and other people's callbacks.
 */
final class Handover {

	private static final Logger logger = LoggerFactory.getLogger(Handover.class);

	private final LocalWorkers workers;

	private final WakeUps wakeUps;

	private final List<JobListener> listeners;

	/** As long as somebody has a handle, whose id is the key. */
	private final Map<UUID, WeakReference<Admission>> undecided = Collections.synchronizedMap(new WeakHashMap<>());

	Handover(LocalWorkers workers, WakeUps wakeUps, List<JobListener> listeners) {
		this.workers = workers;
		this.wakeUps = wakeUps;
		this.listeners = List.copyOf(listeners);
	}

	Optional<Lease> reserve(NewJob job) {
		return this.workers.reserve(job);
	}

	void run(HeldCall call, Lease lease) {
		guarded("run at once", call, () -> this.workers.run(call.claimedBy(lease)));
	}

	void free(Lease lease) {
		this.workers.free(lease);
	}

	void wakeUp() {
		this.workers.wakeUp();
		this.wakeUps.send();
	}

	/**
	 * Calls are about to be written, and the store may find out later that another job is
	 * kept instead of one of them.
	 * @param call the call
	 */
	void remember(HeldCall call) {
		if (call.job().terms().uniqueKey() != null) {
			this.undecided.put(call.job().id(), new WeakReference<>(call.admission()));
		}
	}

	/**
	 * Hear what was found out.
	 * @param kept of calls that were not written, the ids of the jobs that were kept
	 * instead
	 */
	void redirect(Map<UUID, UUID> kept) {
		kept.forEach((called, other) -> {
			WeakReference<Admission> admission = this.undecided.remove(called);
			Admission present = (admission != null) ? admission.get() : null;
			if (present != null) {
				present.redirect(other);
			}
		});
	}

	/**
	 * Jobs are in the store and wait for a claim, or others were kept instead.
	 * @param calls the calls
	 */
	void enqueued(List<HeldCall> calls) {
		wakeUp();
		announce(calls);
	}

	/**
	 * Tell handles and listeners of jobs that are in the store. Of those that were not
	 * written, because others were kept instead, listeners hear nothing.
	 * @param calls the calls
	 */
	void announce(List<HeldCall> calls) {
		for (HeldCall call : calls) {
			call.admission().enqueue();
			if (!call.admission().isRedirected()) {
				this.listeners
					.forEach((listener) -> guarded("announce", call, () -> listener.enqueued(call.described())));
			}
		}
	}

	private void guarded(String what, HeldCall call, Runnable action) {
		try {
			action.run();
		}
		catch (RuntimeException | Error ex) {
			// The job is in the store; what a listener does must not undo that.
			logger.warn("Could not {} job {}, which is enqueued all the same", what, call, ex);
		}
	}

}
