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

package dev.aftercommit.autoconfigure;

import dev.aftercommit.JobStoreException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says that the store could not answer while the application started.
 */
class JobStoreFailureAnalyzer extends AbstractFailureAnalyzer<JobStoreException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, JobStoreException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Check that the database is running, that 'spring.datasource.url' leads to it, and that its user may use"
						+ " the tables of background jobs. With jobs in Redis, check also that it is running and that"
						+ " 'spring.data.redis' leads to it.",
				rootFailure);
	}

}
