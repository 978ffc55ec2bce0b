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

package dev.aftercommit.autoconfigure;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import dev.aftercommit.BackgroundJobs;
import dev.aftercommit.JobInterceptor;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobOperations;
import dev.aftercommit.enqueue.CallFactory;
import dev.aftercommit.enqueue.EnqueueInterceptor;
import dev.aftercommit.enqueue.EnqueuePath;
import dev.aftercommit.enqueue.HeaderSource;
import dev.aftercommit.enqueue.RecordingJobs;
import dev.aftercommit.enqueue.TransactionListenerRegistrar;
import dev.aftercommit.flow.FlowRecorder;
import dev.aftercommit.handle.JobHandles;
import dev.aftercommit.handle.ResultWatcher;
import dev.aftercommit.handler.BackgroundJobProxying;
import dev.aftercommit.handler.BeanHandlerRegistry;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.operations.StoredJobOperations;
import dev.aftercommit.recurring.ScheduleSettings;
import dev.aftercommit.recurring.Schedules;
import dev.aftercommit.serialization.JacksonJobSerializer;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.store.CommitCheck;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LocalWorkers;
import tools.jackson.databind.JacksonModule;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Makes calls of annotated methods background jobs.
 */
@AutoConfiguration(after = JobStoreAutoConfiguration.class,
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnBooleanProperty(name = "aftercommit.enabled", matchIfMissing = true)
public final class AftercommitAutoConfiguration {

	@Bean
	static BackgroundJobProxying backgroundJobProxying(BeanFactory beans) {
		return new BackgroundJobProxying(() -> new EnqueueInterceptor(() -> beans.getBean(HandlerRegistry.class),
				() -> beans.getBean(CallFactory.class), () -> beans.getBean(EnqueuePath.class)));
	}

	@Bean
	static TransactionListenerRegistrar jobTransactionListenerRegistrar() {
		return new TransactionListenerRegistrar();
	}

	/**
	 * Misuse is found at the start, the first transaction is seen from its begin, and
	 * hints are heard from the first wait on.
	 */
	@Bean
	static LazyInitializationExcludeFilter eagerHandlersAndPath() {
		return LazyInitializationExcludeFilter.forBeanTypes(HandlerRegistry.class, EnqueuePath.class, ResultHints.class,
				FlowRecorder.class, Schedules.class);
	}

	@Bean
	@ConditionalOnMissingBean(JobSerializer.class)
	JacksonJobSerializer jobSerializer(AftercommitProperties properties, ObjectProvider<JacksonModule> modules) {
		return new JacksonJobSerializer((int) properties.payload().maxSize().toBytes(),
				modules.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean(HandlerRegistry.class)
	BeanHandlerRegistry jobHandlerRegistry(JobSerializer serializer) {
		return new BeanHandlerRegistry(serializer::problemWith);
	}

	@Bean
	ResultWatcher jobResultWatcher(JobStore store) {
		return new ResultWatcher(store.directory(), System::nanoTime);
	}

	/**
	 * Other nodes tell that jobs have ended, also where no worker listens.
	 */
	@Bean
	ResultHints jobResultHints(JobStore store, ResultWatcher watcher) {
		return new ResultHints(store.wakeUps().listen(watcher::wakeUp));
	}

	@Bean
	JobHandles jobHandles(JobStore store, JobSerializer serializer, ResultWatcher watcher) {
		return new JobHandles(store.directory(), serializer, watcher);
	}

	@Bean
	CallFactory jobCallFactory(JobSerializer serializer, JobHandles handles, ObjectProvider<HeaderSource> headers,
			ObjectProvider<JobInterceptor> interceptors) {
		List<HeaderSource> sources = new ArrayList<>(headers.orderedStream().toList());
		interceptors.orderedStream().forEach((interceptor) -> sources.add(interceptor::headers));
		return new CallFactory(serializer, handles, sources, Clock.systemUTC());
	}

	@Bean
	EnqueuePath jobEnqueuePath(JobStore store, ObjectProvider<LocalWorkers> workers,
			ObjectProvider<JobListener> listeners, ObjectProvider<CommitCheck> commitCheck) {
		return new EnqueuePath(store, workers.getIfAvailable(() -> LocalWorkers.NONE),
				listeners.orderedStream().toList(), commitCheck.getIfAvailable(() -> () -> {
				}), System::nanoTime);
	}

	@Bean
	FlowRecorder jobFlowRecorder(JobStore store) {
		return new FlowRecorder(store.flow(), System::nanoTime);
	}

	@Bean
	@ConditionalOnMissingBean
	BackgroundJobs backgroundJobs(ObjectProvider<EnqueuePath> path) {
		return new RecordingJobs(path::getObject);
	}

	@Bean
	Schedules jobSchedules(HandlerRegistry handlers, JobSerializer serializer, AftercommitProperties properties) {
		return new Schedules(handlers, serializer,
				properties.recurring()
					.entrySet()
					.stream()
					.map((each) -> settings(each.getKey(), each.getValue()))
					.toList());
	}

	private static ScheduleSettings settings(String name, AftercommitProperties.Recurring recurring) {
		return new ScheduleSettings(name, recurring.enabled(), recurring.job(), recurring.cron(), recurring.every(),
				recurring.zone(), recurring.missed(), recurring.maxCatchUp());
	}

	@Bean
	@ConditionalOnMissingBean
	JobOperations jobOperations(JobStore store, ObjectProvider<LocalWorkers> workers, Schedules schedules,
			HandlerRegistry handlers, JobSerializer serializer, AftercommitProperties properties) {
		return new StoredJobOperations(store, workers.getIfAvailable(() -> LocalWorkers.NONE),
				properties.worker().lease(), schedules::next,
				(name, text) -> handlers.find(name)
					.flatMap((handler) -> serializer.hideArguments(text, handler.argumentTypes().size(),
							handler.sensitiveArguments())),
				schedules::jobBesides);
	}

	@Bean
	StartupReport jobStartupReport(ApplicationContext context, JobStore store, HandlerRegistry handlers,
			Schedules schedules, AftercommitProperties properties) {
		return new StartupReport(context, store, handlers, schedules, properties);
	}

	/**
	 * An open ear.
	 *
	 * @param ear closes it
	 */
	record ResultHints(AutoCloseable ear) implements AutoCloseable {

		@Override
		public void close() throws Exception {
			this.ear.close();
		}

	}

}
