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

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobLeaveError;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;

/**
 * When bodies ran on this node, how long their jobs had waited for their claims, and
 * which outcomes were accepted or refused.
 */
public final class RunLog implements JobListener {

	private final LineLog log;

	private final LineLog claims;

	private final String node;

	public RunLog(Path directory, String node) {
		this.log = new LineLog(directory.resolve("runs-" + node + ".log"));
		this.claims = new LineLog(directory.resolve("claims-" + node + ".log"));
		this.node = node;
	}

	/**
	 * Run a body and note when it started and how it ended.
	 * @param call the call that it is for
	 * @param body the body
	 */
	public void around(String call, Body body) throws Exception {
		String job = JobContext.find().map((context) -> context.jobId().toString()).orElse("-");
		int attempt = JobContext.find().map(JobContext::attempt).orElse(0);
		this.log.line("start", call, job, this.node, attempt, "-");
		String ended = "failed";
		try {
			body.run();
			ended = "ok";
		}
		catch (InterruptedException | JobLeaveError ex) {
			ended = "interrupted";
			throw ex;
		}
		catch (Exception | Error ex) {
			ended = Thread.currentThread().isInterrupted() ? "interrupted" : "failed " + ex.getClass().getName();
			throw ex;
		}
		finally {
			this.log.line("end", call, job, this.node, attempt, ended);
		}
	}

	@Override
	public void started(Attempt attempt) {
		this.claims.line(attempt.job().id(), attempt.number(),
				TimeUnit.NANOSECONDS.toMicros(attempt.waited().toNanos()));
	}

	@Override
	public void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
		this.log.line("applied", outcome, attempt.job().id(), this.node, attempt.number(),
				(state != null) ? state : "stale");
	}

	/**
	 * What a job does.
	 */
	@FunctionalInterface
	public interface Body {

		void run() throws Exception;

	}

}
