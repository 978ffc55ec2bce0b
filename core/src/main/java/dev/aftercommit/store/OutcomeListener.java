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

import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;

/**
 * A listener that hears of attempts only what the store has accepted, and only what it
 * takes to count it: nothing is made for the call, however many jobs there are.
 */
public interface OutcomeListener extends JobListener {

	/**
	 * The outcome of an attempt was stored.
	 * @param queue the job's queue
	 * @param state the job's new state, as in {@link JobListener#applied}
	 */
	void accepted(String queue, JobState state);

}
