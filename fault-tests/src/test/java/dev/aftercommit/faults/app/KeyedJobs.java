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

package dev.aftercommit.faults.app;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobHandle;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;

/**
 * Jobs with keys, to break. Each takes a while.
 */
public class KeyedJobs {

	private final RunLog log;

	public KeyedJobs(RunLog log) {
		this.log = log;
	}

	@BackgroundJob(name = "fault.one", concurrencyKey = "#key")
	public JobHandle<String> one(String call, String key, long millis) throws Exception {
		return run(call, millis);
	}

	@BackgroundJob(name = "fault.three", concurrencyKey = "#key", concurrencyLimit = 3)
	public JobHandle<String> three(String call, String key, long millis) throws Exception {
		return run(call, millis);
	}

	@BackgroundJob(name = "fault.keep", uniqueKey = "#key")
	public JobHandle<String> keep(String call, String key, long millis) throws Exception {
		return run(call, millis);
	}

	@BackgroundJob(name = "fault.keep-until-started", uniqueKey = "#key", uniqueUntil = UniqueUntil.STARTED)
	public JobHandle<String> keepUntilStarted(String call, String key, long millis) throws Exception {
		return run(call, millis);
	}

	@BackgroundJob(name = "fault.replace", uniqueKey = "#key", onDuplicate = OnDuplicate.REPLACE)
	public JobHandle<String> replace(String call, String key, long millis) throws Exception {
		return run(call, millis);
	}

	@BackgroundJob(name = "fault.replace-until-started", uniqueKey = "#key", uniqueUntil = UniqueUntil.STARTED,
			onDuplicate = OnDuplicate.REPLACE)
	public JobHandle<String> replaceUntilStarted(String call, String key, long millis) throws Exception {
		return run(call, millis);
	}

	private JobHandle<String> run(String call, long millis) throws Exception {
		this.log.around(call, () -> FaultJobs.pause(millis));
		return JobHandle.completed(call);
	}

}
