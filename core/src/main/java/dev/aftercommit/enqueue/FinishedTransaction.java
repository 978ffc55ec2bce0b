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
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Transactions that have ended on this thread and may not have been cleaned up yet. Until
 * one is, its resources stay bound, and a {@code @Transactional} method that a callback
 * calls takes part in it with synchronizations of its own, as if it were still going on.
 */
final class FinishedTransaction {

	/** More than transactions are ever completing inside one another. */
	private static final int MOST = 16;

	private static final ThreadLocal<List<WeakReference<Object>>> RESOURCES = ThreadLocal.withInitial(List::of);

	private FinishedTransaction() {
	}

	/**
	 * A transaction of this thread has ended, and its callbacks are called.
	 * @param foreign a resource that is bound but belongs to an outer transaction
	 */
	static void remember(@Nullable Object foreign) {
		List<WeakReference<Object>> resources = new ArrayList<>();
		for (Object resource : TransactionSynchronizationManager.getResourceMap().values()) {
			if (resource != foreign && !owned(resource)) {
				resources.add(new WeakReference<>(resource));
			}
		}
		for (WeakReference<Object> known : RESOURCES.get()) {
			if (resources.size() < MOST && !known.refersTo(null)) {
				resources.add(known);
			}
		}
		RESOURCES.set(resources);
	}

	/**
	 * Whether a resource belonged to a transaction that has ended.
	 * @param resource what is bound now
	 * @return whether nothing that is written on it now is sure to be committed
	 */
	static boolean owned(@Nullable Object resource) {
		if (resource != null) {
			for (WeakReference<Object> reference : RESOURCES.get()) {
				if (reference.refersTo(resource)) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Whether a transaction that has ended has not been cleaned up.
	 * @return whether it is what this thread takes for its present transaction
	 */
	static boolean isBound() {
		return TransactionSynchronizationManager.getResourceMap()
			.values()
			.stream()
			.anyMatch((resource) -> resource instanceof ResourceHolderSupport holder
					&& holder.isSynchronizedWithTransaction() && owned(resource));
	}

}
