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

package dev.aftercommit.handle;

import java.lang.ref.WeakReference;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * One future that the watcher looks after, without keeping one alive that everybody else
 * has forgotten. Used under the watcher's own order: by one thread at a time.
 */
final class Watch {

	private static final long GRACE = TimeUnit.SECONDS.toNanos(2);

	private static final long DOUBT = TimeUnit.SECONDS.toNanos(30);

	private static final long LAST = TimeUnit.MINUTES.toNanos(5);

	private final UUID id;

	private final WeakReference<JobFuture<?>> future;

	private final long graceEnds;

	private long nextLook;

	private long distance = GRACE;

	/**
	 * Strong while something hangs on the future, which keeps nothing else alive: the
	 * result of {@code CompletableFuture.allOf} doesn't refer to what it waits for. At
	 * first always, until somebody has had the time to attach something.
	 */
	@SuppressWarnings("UnusedVariable") // Read by the garbage collector.
	private @Nullable JobFuture<?> held;

	/**
	 * Create a watch.
	 * @param future the future
	 * @param now the present, in nanoseconds
	 */
	Watch(JobFuture<?> future, long now) {
		this.id = future.id();
		this.future = new WeakReference<>(future);
		this.held = future;
		this.graceEnds = now + GRACE;
		this.nextLook = this.graceEnds;
	}

	UUID id() {
		return this.id;
	}

	/**
	 * The future, if it is still to be looked after.
	 * @param now the present, in nanoseconds
	 * @return the future, or {@code null} if it is finished or forgotten
	 */
	@Nullable JobFuture<?> look(long now) {
		JobFuture<?> present = this.future.get();
		if (present == null || present.isFinished()) {
			return null;
		}
		this.held = (present.getNumberOfDependents() > 0 || now - this.graceEnds < 0) ? present : null;
		return present;
	}

	/**
	 * Whether the store is to be asked for the job: somebody wants it, or nobody has
	 * wanted it for so long that it will have ended. The latter, ever more seldom, keeps
	 * futures that callers ignore from piling up.
	 * @param present the future
	 * @param now the present, in nanoseconds
	 * @return whether to ask
	 */
	boolean isDue(JobFuture<?> present, long now) {
		if (present.isWanted()) {
			return true;
		}
		if (now - this.nextLook < 0) {
			return false;
		}
		this.distance = Math.min(LAST, this.distance * 2);
		this.nextLook = now + this.distance;
		return true;
	}

	/**
	 * Whether the job has had time to appear in the store although nobody knows whether
	 * its transaction committed.
	 * @param now the present, in nanoseconds
	 * @return whether it is late
	 */
	boolean isLate(long now) {
		return now - this.graceEnds >= DOUBT;
	}

}
