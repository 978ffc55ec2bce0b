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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobHandle;

/**
 * Jobs to break whose effects are there exactly once. Only where the store is in the
 * database of the effects.
 */
public class ExactJobs {

	private final RunLog log;

	private final JdbcTemplate jdbc;

	private final String node;

	public ExactJobs(RunLog log, JdbcTemplate jdbc, String node) {
		this.log = log;
		this.jdbc = jdbc;
		this.node = node;
	}

	/** Leaves its effect and takes a while, in the transaction that completes it. */
	@BackgroundJob(name = "fault.exact", transactional = true)
	public JobHandle<String> exact(String call, long millis) throws Exception {
		this.log.around(call, () -> {
			leaveEffect(call);
			new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
		});
		return JobHandle.completed(call);
	}

	/**
	 * Leaves its effect and runs until a file is there, whoever interrupts it, in the
	 * transaction that completes it.
	 */
	@BackgroundJob(name = "fault.exact-stubborn", transactional = true)
	public JobHandle<String> exactStubborn(String call, String gate) throws Exception {
		this.log.around(call, () -> {
			leaveEffect(call);
			FaultJobs.awaitStubbornly(Path.of(gate));
		});
		return JobHandle.completed(call);
	}

	private void leaveEffect(String call) {
		this.jdbc.update("INSERT INTO fault_effect (id, node) VALUES (?, ?)", call, this.node);
	}

}
