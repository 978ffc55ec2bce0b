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

import java.util.HashMap;
import java.util.Map;

import dev.aftercommit.JobOperations;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.worker.Workers;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Aftercommit as a user has it: a Spring Boot application with the starter. While no jobs
 * are to be run, the same application with {@code aftercommit.worker.enabled=false}.
 */
final class AftercommitContender implements Ours {

	private static final String JOBS = "aftercommit_job";

	private static final String WORKER_ENABLED = "aftercommit.worker.enabled";

	private final Database database;

	private final Ledger ledger;

	private final Map<String, Object> settings;

	private volatile Runnable workersStart = () -> {
	};

	private @Nullable Application application;

	AftercommitContender(Database database, Ledger ledger, Map<String, Object> settings) {
		this.database = database;
		this.ledger = ledger;
		this.settings = settings;
	}

	@Override
	public void prepare() {
		open(false);
	}

	@Override
	public TransactionTemplate transactions() {
		return application().transactions();
	}

	@Override
	public void enqueue(int first, int count) {
		NoOpJobs jobs = application().jobs();
		for (int job = first; job < first + count; job++) {
			jobs.run(job, Payload.TEXT);
		}
	}

	@Override
	public void start(Runnable workersStart) {
		this.workersStart = workersStart;
		if (application().workers()) {
			workersStart.run();
			application().context().getBean(Workers.class).start();
		}
		else {
			open(true);
		}
	}

	/**
	 * The application stays, and with it what the JVM has compiled for it and its
	 * connections: only its workers stop.
	 */
	@Override
	public void stop() {
		if (application().workers()) {
			application().context().getBean(Workers.class).stop();
		}
	}

	private void open(boolean workers) {
		close();
		Map<String, Object> all = new HashMap<>(this.settings);
		all.put(WORKER_ENABLED, workers);
		ConfigurableApplicationContext context = BenchmarkApplication.open(this.database, this.ledger,
				() -> this.workersStart.run(), all);
		this.application = new Application(context, context.getBean(NoOpJobs.class),
				new TransactionTemplate(context.getBean(StampingTransactionManager.class)), workers);
	}

	@Override
	public boolean hasJobs() {
		return this.database.hasRows(JOBS);
	}

	@Override
	public long jobs() {
		return this.database.rows(JOBS);
	}

	@Override
	public <T> T bean(Class<T> type) {
		return application().context().getBean(type);
	}

	@Override
	public JobStore store() {
		return bean(JobStore.class);
	}

	@Override
	public JobOperations operations() {
		return bean(JobOperations.class);
	}

	private Application application() {
		if (this.application == null) {
			throw new IllegalStateException("The application is not open: call prepare() first");
		}
		return this.application;
	}

	@Override
	public void close() {
		if (this.application != null) {
			this.application.context().close();
			this.application = null;
		}
	}

	private record Application(ConfigurableApplicationContext context, NoOpJobs jobs, TransactionTemplate transactions,
			boolean workers) {

	}

}
