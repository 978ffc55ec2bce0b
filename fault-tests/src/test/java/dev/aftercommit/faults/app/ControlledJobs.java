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

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;

/**
 * Jobs that are held up, put off, looked at and ordered about from outside, to break.
 */
public class ControlledJobs {

	/** Of jobs whose queue is paused. */
	public static final String RESTING = "resting";

	/** Of jobs whose queue may have a rate. */
	public static final String STEADY = "steady";

	/** A talking job breathes after so many words, and notes where it is. */
	private static final int BREATH = 1000;

	private final RunLog log;

	public ControlledJobs(RunLog log) {
		this.log = log;
	}

	/** Starts no more often than its queue may. */
	@BackgroundJob(name = "fault.steady", queue = STEADY)
	public JobHandle<String> steady(String call, long millis) throws Exception {
		this.log.around(call, () -> FaultJobs.pause(millis));
		return JobHandle.completed(call);
	}

	/** Starts no more often than it may itself. */
	@BackgroundJob(name = "fault.rated", rateLimit = "20/1s")
	public JobHandle<String> rated(String call, long millis) throws Exception {
		this.log.around(call, () -> FaultJobs.pause(millis));
		return JobHandle.completed(call);
	}

	/** Runs until a file is there. */
	@BackgroundJob(name = "fault.resting", queue = RESTING)
	public JobHandle<String> resting(String call, String gate) throws Exception {
		this.log.around(call, () -> {
			while (!Files.exists(Path.of(gate))) {
				FaultJobs.pause(10);
			}
		});
		return JobHandle.completed(call);
	}

	/** Takes a while, and snoozes until a file is there. */
	@BackgroundJob(name = "fault.snoozing")
	public JobHandle<String> snoozing(String call, long millis, long snoozeMillis, String gate) throws Exception {
		this.log.around(call, () -> {
			FaultJobs.pause(millis);
			if (!Files.exists(Path.of(gate))) {
				JobContext.current().snooze(Duration.ofMillis(snoozeMillis));
			}
		});
		return JobHandle.completed(call);
	}

	/** Says how far it is so many times, and goes on calmly until a file is there. */
	@BackgroundJob(name = "fault.talking")
	public JobHandle<String> talking(String call, int times, String gate) throws Exception {
		this.log.around(call, () -> {
			JobContext context = JobContext.current();
			for (long said = 1; said <= times || !Files.exists(Path.of(gate)); said++) {
				context.progress(said, times);
				if (said % BREATH == 0 || said > times) {
					context.log("attempt " + context.attempt() + " has said " + said + " " + "·".repeat(100));
					FaultJobs.pause((said > times) ? 10 : 1);
				}
			}
		});
		return JobHandle.completed(call);
	}

	/** Fails, and is given up at once, until a file is there. */
	@BackgroundJob(name = "fault.hopeless", maxAttempts = 1)
	public JobHandle<String> hopeless(String call, String gate) throws Exception {
		this.log.around(call, () -> {
			if (!Files.exists(Path.of(gate))) {
				throw new IllegalStateException("Fails until it is repaired");
			}
		});
		return JobHandle.completed(call);
	}

}
