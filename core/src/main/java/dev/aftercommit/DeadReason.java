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

package dev.aftercommit;

/**
 * Why a job was given up.
 */
public enum DeadReason {

	/** It failed as often as it may be tried. */
	ATTEMPTS_SPENT,

	/** It failed with an exception that no further attempt can mend. */
	DISCARDED,

	/** Its node was lost during it {@code aftercommit.worker.max-crashes} times. */
	CRASHED,

	/** What is stored can't be bound to the handler's parameters. */
	UNREADABLE

}
