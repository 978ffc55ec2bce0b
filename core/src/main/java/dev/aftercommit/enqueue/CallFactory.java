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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.util.IdGenerator;

import dev.aftercommit.JobListener;
import dev.aftercommit.JobOptions;
import dev.aftercommit.JobTime;
import dev.aftercommit.handle.Admission;
import dev.aftercommit.handle.JobHandles;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;

/**
 * Makes of a method call what is stored, in the caller's thread: a bad argument fails
 * where it was passed.
 */
public final class CallFactory {

	private final JobSerializer serializer;

	private final JobHandles handles;

	private final CallHeaders headers;

	private final IdGenerator ids;

	/**
	 * Create a factory.
	 * @param serializer writes arguments
	 * @param handles makes what the caller gets
	 * @param headerSources add headers, in this order; a later one wins, but for names
	 * that begin with {@value JobTerms#PREFIX}, which are left out
	 * @param clock gives ids their time
	 */
	public CallFactory(JobSerializer serializer, JobHandles handles, List<HeaderSource> headerSources, Clock clock) {
		this.serializer = serializer;
		this.handles = handles;
		this.headers = new CallHeaders(headerSources);
		this.ids = new TimeOrderedIds(clock);
	}

	HeldCall create(JobHandler handler, @Nullable Object[] arguments, JobOptions options) {
		UUID id = this.ids.generateId();
		String queue = (options.queue() != null) ? options.queue() : handler.queue();
		int priority = (options.priority() != null) ? options.priority() : handler.priority();
		String stored = this.serializer.writeArguments(handler.argumentTypes(), handler.storedArguments(arguments));
		Map<String, String> headers = this.headers.of(new JobListener.Job(id, handler.name(), queue),
				handler.terms(arguments));
		NewJob job = new NewJob(id, handler.name(), queue, priority, time(options), stored, headers);
		Admission admission = Admission.held();
		return new HeldCall(job, handler.enqueueMode(), admission,
				this.handles.handle(id, handler.resultType(), admission));
	}

	private static @Nullable JobTime time(JobOptions options) {
		JobTime time = options.time();
		return (time instanceof JobTime.In in && in.delay().equals(Duration.ZERO)) ? null : time;
	}

}
