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

import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.enqueue.CallFactory;
import dev.aftercommit.enqueue.EnqueueInterceptor;
import dev.aftercommit.enqueue.EnqueuePath;
import dev.aftercommit.handle.JobHandles;
import dev.aftercommit.handle.ResultWatcher;
import dev.aftercommit.handler.BackgroundJobProxying;
import dev.aftercommit.handler.BeanHandlerRegistry;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.serialization.JacksonJobSerializer;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.jdbc.JdbcCommitCheck;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;

import static org.awaitility.Awaitility.await;

/**
 * All rooms together on a database, with real handlers and the real serializer, as an
 * application has them.
 */
final class WholeEngine implements AutoCloseable {

	static final int MAX_PAYLOAD = 64 * 1024;

	final JobStore store;

	final JdbcTemplate jdbc;

	final TransactionTemplate transaction;

	final Workers workers;

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final ResultWatcher watcher;

	private final EnqueuePath path;

	WholeEngine(HikariDataSource pool, JdbcStoreSettings settings, Class<?> jobs,
			UnaryOperator<WorkersHarness.Settings> change) {
		this(new JdbcJobStore(pool, pool, settings), pool, jobs, change);
	}

	WholeEngine(JobStore store, HikariDataSource pool, Class<?> jobs, UnaryOperator<WorkersHarness.Settings> change) {
		this.store = store;
		this.jdbc = new JdbcTemplate(pool);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
		JacksonJobSerializer serializer = new JacksonJobSerializer(MAX_PAYLOAD, List.of());
		this.watcher = new ResultWatcher(this.store.directory(), System::nanoTime);
		JobHandles handles = new JobHandles(this.store.directory(), serializer, this.watcher);
		CallFactory calls = new CallFactory(serializer, handles, List.of(), Clock.systemUTC());
		this.context.registerBean(BackgroundJobProxying.class, () -> new BackgroundJobProxying(
				() -> new EnqueueInterceptor(() -> registry(), () -> calls, this::path)));
		this.context.registerBean(BeanHandlerRegistry.class, () -> new BeanHandlerRegistry(serializer::problemWith));
		this.context.registerBean(jobs);
		this.context.refresh();
		this.workers = new Workers(this.store, registry(), serializer, change.apply(WorkersHarness.settings()).build(),
				List.of(), Clock.systemUTC(), System::nanoTime);
		this.path = new EnqueuePath(this.store, this.workers, List.of(), new JdbcCommitCheck(), System::nanoTime);
		this.workers.start();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.workers.status().node() != null);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	private HandlerRegistry registry() {
		return this.context.getBean(HandlerRegistry.class);
	}

	private EnqueuePath path() {
		return this.path;
	}

	@Override
	public void close() {
		this.workers.stop();
		this.path.close();
		this.watcher.close();
		this.context.close();
	}

}
