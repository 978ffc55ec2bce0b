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

package dev.aftercommit.enqueue;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.BackgroundJobs;
import dev.aftercommit.JobListener;
import dev.aftercommit.enqueue.MatrixSetup.Mode;
import dev.aftercommit.handle.JobHandles;
import dev.aftercommit.handle.ResultWatcher;
import dev.aftercommit.handler.BeanHandlerRegistry;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.jdbc.JdbcCommitCheck;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One cell of the matrix: transactions in which jobs are called, and how often each job
 * ran in the end. "Ran" is: given to a local worker and in the store, or claimed from the
 * store.
 */
final class Scenario implements AutoCloseable {

	private static final Set<String> NAMES = Set.of("note", "immediate", "noteOf", "answer", "promise", "future",
			"keyed", "once", "onceAtOnce");

	final MatrixWorld world;

	final CountingStore store;

	final MatrixWorkers workers;

	final EnqueuePath path;

	final ResultWatcher watcher;

	final MatrixJobs jobs;

	final BackgroundJobs backgroundJobs;

	final AbstractPlatformTransactionManager manager;

	final JdbcTemplate jdbc;

	final List<JobListener.Job> announced = new CopyOnWriteArrayList<>();

	private final MatrixSetup setup;

	private final JobHandles handles;

	private CallFactory calls;

	private final EnqueueInterceptor interceptor;

	private final List<ClaimedJob> claimed = new ArrayList<>();

	private final String suffix = " " + UUID.randomUUID();

	static Stream<Scenario> all() {
		return of(MatrixSetup.all());
	}

	static Stream<Scenario> withSavepoints() {
		return of(MatrixSetup.withSavepoints());
	}

	static Stream<Scenario> jpa() {
		return of(MatrixSetup.jpa());
	}

	static Stream<Scenario> joined() {
		return of(MatrixSetup.joined());
	}

	static Stream<Scenario> bestEffort() {
		return of(MatrixSetup.bestEffort());
	}

	static Stream<Scenario> postgres() {
		return of(MatrixSetup.postgres());
	}

	static Stream<Scenario> jdbc() {
		return of(MatrixSetup.jdbc());
	}

	// Lazily: one scenario at a time is the one that the shared beans belong to.
	private static Stream<Scenario> of(List<MatrixSetup> setups) {
		return setups.stream().map(Scenario::new);
	}

	Scenario(MatrixSetup setup) {
		this(setup, MatrixWorld.of(setup.database()));
	}

	private Scenario(MatrixSetup setup, MatrixWorld world) {
		this.setup = setup;
		this.world = world;
		this.store = new CountingStore(store(setup.mode(), world));
		this.workers = new MatrixWorkers(node(setup.mode(), world), setup.mode() != Mode.JOINED);
		this.manager = world.manager(setup.kind());
		this.jdbc = new JdbcTemplate(world.dataSource);
		this.watcher = new ResultWatcher(this.store.directory(), System::nanoTime);
		JobHandles handles = new JobHandles(this.store.directory(), world.serializer, this.watcher);
		this.handles = handles;
		this.calls = new CallFactory(world.serializer, handles, List.of(), Clock.systemUTC());
		this.path = new EnqueuePath(this.store, this.workers, List.of(new JobListener() {

			@Override
			public void enqueued(Job job) {
				Scenario.this.announced.add(job);
			}

		}), new JdbcCommitCheck(), System::nanoTime);
		world.registrar.postProcessAfterInitialization(this.path, "path");
		BeanHandlerRegistry registry = world.context.getBean(BeanHandlerRegistry.class);
		this.interceptor = new EnqueueInterceptor(() -> registry, () -> this.calls, () -> this.path);
		world.interceptor = this.interceptor;
		this.jobs = world.context.getBean(MatrixJobs.class);
		this.backgroundJobs = new RecordingJobs(() -> this.path);
	}

	private static JobStore store(Mode mode, MatrixWorld world) {
		return switch (mode) {
			case JOINED, JOINED_LOCAL -> world.store;
			case BEST_EFFORT -> world.otherStore;
			case OUTBOX -> world.outboxStore;
		};
	}

	private static long node(Mode mode, MatrixWorld world) {
		return switch (mode) {
			case JOINED, JOINED_LOCAL -> world.node;
			case BEST_EFFORT -> world.otherNode;
			case OUTBOX -> world.outboxNode;
		};
	}

	/**
	 * To be called before the first call of a job.
	 */
	void useHeaders(List<HeaderSource> sources) {
		this.calls = new CallFactory(this.world.serializer, this.handles, sources, Clock.systemUTC());
	}

	/**
	 * Calls are this scenario's from now on, although another one has begun.
	 */
	void takeOver() {
		this.world.interceptor = this.interceptor;
	}

	MatrixSetup setup() {
		return this.setup;
	}

	TransactionTemplate transaction() {
		return transaction(TransactionDefinition.PROPAGATION_REQUIRED);
	}

	TransactionTemplate transaction(int propagation) {
		TransactionTemplate template = new TransactionTemplate(this.manager);
		template.setPropagationBehavior(propagation);
		return template;
	}

	void inTransaction(Runnable body) {
		transaction().executeWithoutResult((status) -> body.run());
	}

	void rolledBack(Runnable body) {
		transaction().executeWithoutResult((status) -> {
			body.run();
			status.setRollbackOnly();
		});
	}

	/**
	 * Call the job.
	 * @param text what to find it by
	 */
	void call(String text) {
		assertThat(this.world.interceptor).as("no other scenario has begun").isSameAs(this.interceptor);
		this.jobs.note(text + this.suffix);
	}

	/**
	 * Text by which this scenario finds its own job or row again.
	 */
	String unique(String text) {
		return text + this.suffix;
	}

	void insert(String text) {
		this.jdbc.update("INSERT INTO note (text) VALUES (?)", unique(text));
	}

	int rows(String text) {
		Integer count = this.jdbc.queryForObject("SELECT COUNT(*) FROM note WHERE text = ?", Integer.class,
				unique(text));
		return (count != null) ? count : 0;
	}

	void publish(TransactionPhase phase, Runnable action) {
		this.world.context.publishEvent(new MatrixListeners.Published(phase, action));
	}

	void register(TransactionSynchronization synchronization) {
		TransactionSynchronizationManager.registerSynchronization(synchronization);
	}

	/**
	 * Wait for all that is written after commits, in the store.
	 */
	void settle() {
		this.path.close();
		if (this.setup.mode() == Mode.OUTBOX) {
			this.world.outboxStore.pushAll();
		}
	}

	/**
	 * Wait for all that is written after commits and count how often a job ran.
	 * @param text what it was called with
	 */
	int ran(String text) {
		this.path.close();
		claimAll();
		long local = this.workers.run.stream()
			.filter((job) -> isOf(job, text))
			.filter((job) -> this.store.directory().find(Set.of(job.id())).containsKey(job.id()))
			.count();
		long ghosts = this.workers.run.stream().filter((job) -> isOf(job, text)).count() - local;
		assertThat(ghosts).as("ghosts").isZero();
		return (int) (local + this.claimed.stream().filter((job) -> isOf(job, text)).count());
	}

	void assertRan(String text, int times) {
		assertThat(ran(text)).as("runs of '%s', %s", text, this.setup).isEqualTo(times);
		assertThat(this.announced.stream().map(JobListener.Job::id)).doesNotHaveDuplicates();
	}

	List<ClaimedJob> claimAll() {
		Lease lease = new Lease(this.workers.node(), MatrixWorkers.token());
		List<ClaimedJob> jobs;
		if (this.setup.mode() == Mode.OUTBOX) {
			this.world.outboxStore.pushAll();
		}
		do {
			jobs = this.store.leases().claim(new ClaimRequest(lease, null, Map.of(), NAMES, 1000)).jobs();
			this.claimed.addAll(jobs);
		}
		while (!jobs.isEmpty());
		return this.claimed;
	}

	@Override
	public void close() {
		this.path.close();
		this.watcher.close();
		claimAll();
		assertThat(this.workers.run.size() + this.workers.freed.size()).as("each reservation ends once")
			.isEqualTo(this.workers.reserved.size());
	}

	@Override
	public String toString() {
		return this.setup.toString();
	}

	private boolean isOf(ClaimedJob job, String text) {
		return job.arguments().contains("\"" + unique(text) + "\"");
	}

}
