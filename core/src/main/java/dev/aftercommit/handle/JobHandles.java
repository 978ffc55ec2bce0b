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

package dev.aftercommit.handle;

import java.lang.reflect.Type;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobHandle;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.store.JobDirectory;

/**
 * Makes the handles that callers get.
 */
public final class JobHandles {

	private final JobDirectory directory;

	private final JobSerializer serializer;

	private final ResultWatcher watcher;

	/**
	 * Create a source of handles.
	 * @param directory where jobs are looked up
	 * @param serializer reads results
	 * @param watcher looks for results that somebody waits for
	 */
	public JobHandles(JobDirectory directory, JobSerializer serializer, ResultWatcher watcher) {
		this.directory = directory;
		this.serializer = serializer;
		this.watcher = watcher;
	}

	/**
	 * A handle of a call that is on its way into the store.
	 * @param id the job's id
	 * @param resultType type that its result is read as
	 * @param admission how far it has come
	 * @param <T> the type of the result
	 * @return the handle
	 */
	public <T extends @Nullable Object> JobHandle<T> handle(UUID id, Type resultType, Admission admission) {
		JobResult<T> result = new JobResult<>(id, resultType, this.serializer, admission);
		return new StoredJobHandle<>(result, this.directory, this.watcher);
	}

	/**
	 * A handle of a job that is in the store, or was.
	 * @param id the job's id
	 * @param resultType type that its result is read as
	 * @param <T> the type of the result
	 * @return the handle
	 */
	public <T extends @Nullable Object> JobHandle<T> handle(UUID id, Type resultType) {
		return handle(id, resultType, Admission.past());
	}

}
