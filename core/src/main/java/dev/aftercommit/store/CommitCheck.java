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

package dev.aftercommit.store;

/**
 * Asks the transaction of this thread, whatever it is on, whether it can still commit.
 */
@FunctionalInterface
public interface CommitCheck {

	/**
	 * Throw if the transaction of this thread is sure to be rolled back although nobody
	 * has said so yet: on PostgreSQL, COMMIT after a failed statement is silently a
	 * ROLLBACK.
	 * @throws RuntimeException if it can't commit any more
	 */
	void check();

}
