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

package dev.aftercommit.benchmarks;

import java.util.concurrent.TimeUnit;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;

/**
 * The annotated method of the measured application.
 */
class NoOpJobs {

	static final String CROWD = "crowd";

	private final Runs runs;

	NoOpJobs(Runs runs) {
		this.runs = runs;
	}

	/**
	 * Tell that it runs, and nothing else.
	 * @param number the job's number
	 * @param payload what it carries
	 */
	@BackgroundJob(name = "no-op")
	public void run(int number, String payload) {
		this.runs.ran(number, System.nanoTime());
	}

	/**
	 * Answer.
	 * @param number the job's number
	 * @return when it runs, on the clock of {@link System#nanoTime()}
	 */
	@BackgroundJob(name = "answer")
	public JobHandle<Long> answer(int number) {
		return JobHandle.completed(System.nanoTime());
	}

	/**
	 * Keep the key until the node stops.
	 * @param number the job's number
	 */
	@BackgroundJob(name = CROWD, queue = CROWD, concurrencyKey = "'one'")
	public void crowd(int number) throws InterruptedException {
		while (!JobContext.current().isStopping()) {
			TimeUnit.MILLISECONDS.sleep(10);
		}
	}

}
