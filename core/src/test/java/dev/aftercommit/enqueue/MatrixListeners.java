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

import org.springframework.context.event.EventListener;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Runs what an event carries, in the phase that the event names.
 */
public class MatrixListeners {

	@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
	public void beforeCommit(Published event) {
		run(event, TransactionPhase.BEFORE_COMMIT);
	}

	@TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
	public void afterCommit(Published event) {
		run(event, TransactionPhase.AFTER_COMMIT);
	}

	@TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
	public void afterRollback(Published event) {
		run(event, TransactionPhase.AFTER_ROLLBACK);
	}

	@TransactionalEventListener(phase = TransactionPhase.AFTER_COMPLETION)
	public void afterCompletion(Published event) {
		run(event, TransactionPhase.AFTER_COMPLETION);
	}

	@EventListener
	public void atOnce(PublishedAtOnce event) {
		event.action().run();
	}

	private void run(Published event, TransactionPhase phase) {
		if (event.phase() == phase) {
			event.action().run();
		}
	}

	public record Published(TransactionPhase phase, Runnable action) {

	}

	public record PublishedAtOnce(Runnable action) {

	}

}
