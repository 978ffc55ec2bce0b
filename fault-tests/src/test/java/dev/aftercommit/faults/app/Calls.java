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
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.JobHandle;

/**
 * Callers: each call is a transaction that writes a business row and enqueues a job. What
 * the caller was told is written to a file of its own.
 */
public final class Calls {

	private final LineLog log;

	private final FaultJobs jobs;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	private final boolean outside;

	/**
	 * Create callers.
	 * @param outside whether jobs are enqueued beside the transaction, as nobody should:
	 * a checker must find what that loses
	 */
	public Calls(Path directory, String node, FaultJobs jobs, JdbcTemplate jdbc, TransactionTemplate transaction,
			boolean outside) {
		this.log = new LineLog(directory.resolve("calls-" + node + ".log"));
		this.jobs = jobs;
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.outside = outside;
		jobs.enqueueThrough(this);
	}

	/**
	 * The bean whose calls become jobs.
	 * @return the bean
	 */
	public FaultJobs jobs() {
		return this.jobs;
	}

	/**
	 * Call in a transaction that commits.
	 * @param id the call
	 * @param enqueue enqueues its job
	 * @return whether the caller knows that it was committed
	 */
	public boolean call(String id, Callable<JobHandle<?>> enqueue) {
		return call(id, false, enqueue);
	}

	/**
	 * Call in a transaction.
	 * @param id the call
	 * @param rollback whether it is rolled back at its end
	 * @param enqueue enqueues its job
	 * @return whether the caller knows that it was committed
	 */
	public boolean call(String id, boolean rollback, Callable<JobHandle<?>> enqueue) {
		this.log.line("begin", id, "-");
		try {
			this.transaction.executeWithoutResult((status) -> {
				JobHandle<?> handle = this.outside ? elsewhere(enqueue) : here(enqueue);
				this.jdbc.update("INSERT INTO fault_call (id, job_id) VALUES (?, ?)", id, handle.id());
				if (rollback) {
					status.setRollbackOnly();
				}
			});
			this.log.line(rollback ? "rolledback" : "committed", id, "-");
			return !rollback;
		}
		catch (RuntimeException ex) {
			this.log.line("unknown", id, ex.getClass().getName());
			return false;
		}
	}

	/**
	 * The job of a committed call.
	 * @param id the call
	 * @return the id of its job
	 */
	public UUID idOf(String id) {
		return this.jdbc.queryForObject("SELECT job_id FROM fault_call WHERE id = ?", UUID.class, id);
	}

	/**
	 * Call in whatever transaction there is.
	 * @param id the call
	 * @param enqueue enqueues its job
	 */
	public void within(String id, Callable<JobHandle<?>> enqueue) {
		this.jdbc.update("INSERT INTO fault_call (id, job_id) VALUES (?, ?)", id, here(enqueue).id());
	}

	/**
	 * Note that a call was made and what became of it, where that was not in a
	 * transaction of its own.
	 * @param id the call
	 * @param handle its job
	 */
	public void note(String id, JobHandle<?> handle) {
		this.jdbc.update("INSERT INTO fault_call (id, job_id) VALUES (?, ?)", id, handle.id());
	}

	private static JobHandle<?> here(Callable<JobHandle<?>> enqueue) {
		try {
			return enqueue.call();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("The call failed", ex);
		}
	}

	private static JobHandle<?> elsewhere(Callable<JobHandle<?>> enqueue) {
		FutureTask<JobHandle<?>> task = new FutureTask<>(enqueue);
		Thread thread = new Thread(task, "outside");
		thread.start();
		try {
			return task.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while another thread enqueued", ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The call failed", ex);
		}
	}

}
