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

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Learns from a transaction manager when its transactions begin, so that their calls can
 * be held, and when they commit, so that what is held is written right before.
 */
final class TransactionListener implements TransactionExecutionListener {

	/** Only between begin and begun; each listener has its own store. */
	@SuppressWarnings("ThreadLocalUsage")
	private final ThreadLocal<@Nullable Object> foreign = new ThreadLocal<>();

	private volatile @Nullable EnqueuePath path;

	/**
	 * From now on, hold calls for this path.
	 * @param path the path
	 */
	void attach(EnqueuePath path) {
		this.path = path;
	}

	@Override
	public void beforeBegin(TransactionExecution transaction) {
		EnqueuePath attached = this.path;
		Object bound = (attached != null) ? attached.boundResource() : null;
		if (bound != null) {
			this.foreign.set(bound);
		}
	}

	@Override
	public void afterBegin(TransactionExecution transaction, @Nullable Throwable beginFailure) {
		Object bound = this.foreign.get();
		if (bound != null) {
			this.foreign.remove();
		}
		EnqueuePath attached = this.path;
		if (attached != null && beginFailure == null && transaction.isNewTransaction()
				&& TransactionSynchronizationManager.isSynchronizationActive()) {
			attached.begin(bound);
		}
	}

	@Override
	public void beforeCommit(TransactionExecution transaction) {
		EnqueuePath attached = this.path;
		if (attached != null && transaction.isNewTransaction()) {
			attached.beforeCommit();
		}
	}

}
