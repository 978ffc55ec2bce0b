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

import dev.aftercommit.JobException;

/**
 * The lease under which an attempt ran is not the job's present one any more: the job was
 * given to somebody else, and nothing of this attempt may take effect.
 */
@SuppressWarnings("serial")
public final class LeaseLostException extends JobException {

	/**
	 * Create an exception.
	 * @param job the job as it was claimed
	 */
	public LeaseLostException(ClaimedJob job) {
		super("The lease of job " + job.id() + " (" + job.name() + "), attempt " + job.attempt()
				+ ", was lost: let the transaction roll back, so that the job has its effects once, where it runs now",
				null);
	}

}
