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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;

/**
 * Jobs to break. Each leaves a row in {@code fault_effect} as its effect.
 */
public class FaultJobs {

	private final RunLog log;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	private final String node;

	private @Nullable Calls calls;

	public FaultJobs(RunLog log, JdbcTemplate jdbc, TransactionTemplate transaction, String node) {
		this.log = log;
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.node = node;
	}

	public void enqueueThrough(Calls calls) {
		this.calls = calls;
	}

	/** Takes a while, then leaves its effect. */
	@BackgroundJob(name = "fault.work")
	public JobHandle<String> work(String call, long millis) throws Exception {
		this.log.around(call, () -> {
			if (millis > 0) {
				new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
			}
			leaveEffect(call);
		});
		return JobHandle.completed(call);
	}

	/** Is fired by a schedule. */
	@BackgroundJob(name = "fault.tick")
	public void tick(JobContext context) throws Exception {
		String call = "tick-" + fireTime(context);
		this.log.around(call, () -> leaveEffect(call));
	}

	/** Is fired by another one. */
	@BackgroundJob(name = "fault.tock")
	public void tock(JobContext context) throws Exception {
		String call = "tock-" + fireTime(context);
		this.log.around(call, () -> leaveEffect(call));
	}

	/** In milliseconds: the id of a fired job begins with it. */
	private static long fireTime(JobContext context) {
		return context.jobId().getMostSignificantBits() >>> 16;
	}

	/** Runs until a file is there. */
	@BackgroundJob(name = "fault.gated")
	public JobHandle<String> gated(String call, String gate) throws Exception {
		this.log.around(call, () -> {
			Path file = Path.of(gate);
			while (!Files.exists(file)) {
				new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
			}
			leaveEffect(call);
		});
		return JobHandle.completed(call);
	}

	/** Runs until a file is there, whoever interrupts it. */
	@BackgroundJob(name = "fault.stubborn")
	public JobHandle<String> stubborn(String call, String gate) throws Exception {
		this.log.around(call, () -> {
			awaitStubbornly(Path.of(gate));
			leaveEffect(call);
		});
		return JobHandle.completed(call);
	}

	/** Takes the JVM down. */
	@BackgroundJob(name = "fault.halting")
	public JobHandle<String> halting(String call) throws Exception {
		this.log.around(call, () -> Runtime.getRuntime().halt(137));
		return JobHandle.completed(call);
	}

	/** Fills the heap until the JVM gives up. */
	@BackgroundJob(name = "fault.filling")
	public JobHandle<String> filling(String call) throws Exception {
		this.log.around(call, () -> {
			List<byte[]> heap = new ArrayList<>();
			while (!Thread.currentThread().isInterrupted()) {
				heap.add(new byte[1 << 20]);
			}
			leaveEffect(call + heap.size());
		});
		return JobHandle.completed(call);
	}

	/** Fails whenever it is run. */
	@BackgroundJob(name = "fault.failing", maxAttempts = 10_000)
	public JobHandle<String> failing(String call) throws Exception {
		this.log.around(call, () -> {
			throw new IllegalStateException("Fails whenever it is run");
		});
		return JobHandle.completed(call);
	}

	/** Fails, and is given up soon, until a file is there. */
	@BackgroundJob(name = "fault.doomed", maxAttempts = 2)
	public JobHandle<String> doomed(String call, String gate) throws Exception {
		this.log.around(call, () -> {
			new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
			if (!Files.exists(Path.of(gate))) {
				throw new IllegalStateException("Fails until it is repaired");
			}
			leaveEffect(call);
		});
		return JobHandle.completed(call);
	}

	/** Holds a connection of the pool until a file is there. */
	@BackgroundJob(name = "fault.holding")
	public JobHandle<String> holding(String call, String gate) throws Exception {
		this.log.around(call, () -> this.transaction.executeWithoutResult((status) -> {
			leaveEffect(call);
			Path file = Path.of(gate);
			while (!Files.exists(file)) {
				pause();
			}
		}));
		return JobHandle.completed(call);
	}

	/** Enqueues more, in a transaction. */
	@BackgroundJob(name = "fault.spreading")
	public JobHandle<String> spreading(String call, int depth, int width) throws Exception {
		this.log.around(call, () -> {
			leaveEffect(call);
			for (int i = 0; i < ((depth > 0) ? width : 0); i++) {
				String child = call + "." + i;
				calls().call(child, () -> calls().jobs().spreading(child, depth - 1, width));
			}
		});
		return JobHandle.completed(call);
	}

	static void awaitStubbornly(Path file) {
		while (!Files.exists(file)) {
			try {
				new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				// That is what it is for.
			}
		}
	}

	private Calls calls() {
		if (this.calls == null) {
			throw new IllegalStateException("This application has nobody who calls");
		}
		return this.calls;
	}

	private void leaveEffect(String call) {
		this.jdbc.update("INSERT INTO fault_effect (id, node) VALUES (?, ?)", call, this.node);
	}

	static void pause(long millis) throws InterruptedException {
		new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
	}

	private static void pause() {
		try {
			pause(10);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while it held a connection", ex);
		}
	}

}
