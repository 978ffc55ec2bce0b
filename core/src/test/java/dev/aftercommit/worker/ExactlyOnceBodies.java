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

package dev.aftercommit.worker;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;

/**
 * Handlers whose bodies a test gives.
 */
class ExactlyOnceBodies {

	private final Script script;

	ExactlyOnceBodies(Script script) {
		this.script = script;
	}

	@BackgroundJob(name = "effect", transactional = true)
	public JobHandle<String> effect() throws Exception {
		return run();
	}

	@BackgroundJob(name = "effect.timed", transactional = true, timeout = "2s")
	public JobHandle<String> timedEffect() throws Exception {
		return run();
	}

	@BackgroundJob(name = "effect.once", transactional = true, uniqueKey = "'once'")
	public JobHandle<String> once() throws Exception {
		return run();
	}

	@BackgroundJob(name = "next")
	public void next(String from) {
		this.script.nextRuns.add(from);
	}

	private JobHandle<String> run() throws Exception {
		JobContext context = JobContext.current();
		this.script.body.run(context);
		return JobHandle.completed("attempt " + context.attempt());
	}

	/**
	 * What the bodies do, and did: fields of a bean's proxy are nobody's.
	 */
	static final class Script {

		final List<String> nextRuns = new CopyOnWriteArrayList<>();

		volatile Body body = (context) -> {
		};

	}

	/**
	 * A body.
	 */
	interface Body {

		void run(JobContext context) throws Exception;

	}

}
