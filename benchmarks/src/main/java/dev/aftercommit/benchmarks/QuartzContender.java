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

import java.util.Objects;
import java.util.Properties;

import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Quartz as Spring sets it up: its tables in the application's database, clustered,
 * enqueueing in the caller's transaction. One stored job that asks for recovery, so that
 * a crash loses none of its runs, and a trigger for each run, which is its cheapest way;
 * a trigger's data is kept as text.
 */
final class QuartzContender implements Contender {

	private static final String JOBS = "qrtz_triggers";

	private static final String SCHEDULER = "scheduler";

	private static final String RUNS = "runs";

	private static final String NUMBER = "number";

	/**
	 * Which of its settings are changed.
	 */
	enum Tuning {

		/** Clustered, everything else as it comes: 10 threads, one trigger at a time. */
		DEFAULT,

		/**
		 * What its documentation has for speed: as many threads as connections, a batch
		 * of as many triggers, taken within the lock as batches ask for, and the shortest
		 * wait that it accepts between two looks of an idle scheduler.
		 */
		TUNED

	}

	private final Database database;

	private final Ledger ledger;

	private final Tuning tuning;

	private final JobDetail job = JobBuilder.newJob(NoOp.class)
		.withIdentity("no-op")
		.storeDurably()
		.requestRecovery()
		.build();

	private @Nullable SchedulerFactoryBean factory;

	QuartzContender(Database database, Ledger ledger, Tuning tuning) {
		this.database = database;
		this.ledger = ledger;
		this.tuning = tuning;
	}

	@Override
	public void prepare() {
		DatabasePopulatorUtils.execute(
				new ResourceDatabasePopulator(
						new ClassPathResource("org/quartz/impl/jdbcjobstore/tables_postgres.sql")),
				this.database.pool());
		join();
	}

	@Override
	public void join() {
		try {
			SchedulerFactoryBean created = new SchedulerFactoryBean();
			created.setSchedulerName(SCHEDULER);
			created.setDataSource(this.database.pool());
			created.setTransactionManager(Objects.requireNonNull(transactions().getTransactionManager()));
			created.setAutoStartup(false);
			created.setQuartzProperties(properties());
			created.afterPropertiesSet();
			this.factory = created;
			scheduler().getContext().put(RUNS, this.ledger);
			scheduler().addJob(this.job, true);
		}
		catch (Exception ex) {
			throw new IllegalStateException("Quartz could not be set up", ex);
		}
	}

	private Properties properties() {
		Properties properties = new Properties();
		properties.setProperty("org.quartz.jobStore.isClustered", "true");
		properties.setProperty("org.quartz.jobStore.driverDelegateClass", PostgreSQLDelegate.class.getName());
		properties.setProperty("org.quartz.jobStore.useProperties", "true");
		properties.setProperty("org.quartz.scheduler.instanceId", "AUTO");
		if (this.tuning == Tuning.TUNED) {
			String threads = Integer.toString(Database.POOL_SIZE);
			properties.setProperty("org.quartz.threadPool.threadCount", threads);
			properties.setProperty("org.quartz.scheduler.batchTriggerAcquisitionMaxCount", threads);
			properties.setProperty("org.quartz.jobStore.acquireTriggersWithinLock", "true");
			properties.setProperty("org.quartz.scheduler.idleWaitTime", "1000");
		}
		return properties;
	}

	@Override
	public TransactionTemplate transactions() {
		return this.database.transactions();
	}

	@Override
	public void enqueue(int first, int count) {
		try {
			for (int number = first; number < first + count; number++) {
				JobDataMap data = new JobDataMap();
				data.put(NUMBER, Integer.toString(number));
				data.put("payload", Payload.TEXT);
				Trigger trigger = TriggerBuilder.newTrigger()
					.withIdentity(Integer.toString(number))
					.forJob(this.job)
					.usingJobData(data)
					.startNow()
					.build();
				scheduler().scheduleJob(trigger);
			}
		}
		catch (SchedulerException ex) {
			throw new IllegalStateException("Quartz refused a trigger", ex);
		}
	}

	@Override
	public void start(Runnable workersStart) {
		workersStart.run();
		try {
			scheduler().start();
		}
		catch (SchedulerException ex) {
			throw new IllegalStateException("Quartz did not start", ex);
		}
	}

	@Override
	public void stop() {
		try {
			scheduler().standby();
		}
		catch (SchedulerException ex) {
			throw new IllegalStateException("Quartz did not stop", ex);
		}
	}

	@Override
	public boolean hasJobs() {
		return this.database.hasRows(JOBS);
	}

	@Override
	public long jobs() {
		return this.database.rows(JOBS);
	}

	private Scheduler scheduler() {
		Scheduler scheduler = (this.factory != null) ? this.factory.getScheduler() : null;
		if (scheduler == null) {
			throw new IllegalStateException("There is no scheduler yet: call prepare() first");
		}
		return scheduler;
	}

	@Override
	public void close() {
		if (this.factory != null) {
			try {
				this.factory.destroy();
			}
			catch (SchedulerException ex) {
				throw new IllegalStateException("Quartz did not end", ex);
			}
			this.factory = null;
		}
	}

	/**
	 * Tells that a trigger has fired, and nothing else.
	 */
	public static final class NoOp implements Job {

		@Override
		public void execute(JobExecutionContext context) {
			try {
				Ledger ledger = (Ledger) Objects.requireNonNull(context.getScheduler().getContext().get(RUNS));
				ledger.ran(Integer.parseInt(context.getTrigger().getJobDataMap().getString(NUMBER)));
			}
			catch (SchedulerException ex) {
				throw new IllegalStateException("Quartz has lost its context", ex);
			}
		}

	}

}
