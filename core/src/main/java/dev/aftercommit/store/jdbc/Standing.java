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

package dev.aftercommit.store.jdbc;

import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.JobTerms;

/**
 * How a job stands that somebody else wants the unique key of.
 *
 * @param phase where it is
 * @param started whether it was claimed before, and that counts
 * @param terms its terms
 */
record Standing(Phase phase, boolean started, JobTerms terms) {

	static final Standing ENDED = new Standing(Phase.ENDED, true, JobTerms.NONE);

	/** As yet unwritten: nobody else knows of it. */
	static Standing unwritten(JobTerms terms) {
		return new Standing(Phase.WAITING, false, terms);
	}

	boolean isUntilStarted() {
		return this.terms.uniqueUntil() == UniqueUntil.STARTED;
	}

	/**
	 * Where a job is.
	 */
	enum Phase {

		/** Waits for anything but its end, and can't go on: its row is locked. */
		WAITING,

		/** Has a lease. */
		RUNNING,

		/** Is no more. */
		ENDED

	}

}
