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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.EnqueueMode;
import dev.aftercommit.JobHandle;

/**
 * The jobs of the tests: each call says what it is by its text.
 */
public class MatrixJobs {

	@BackgroundJob(name = "note")
	public void note(String text) {
	}

	@BackgroundJob(name = "immediate", enqueue = EnqueueMode.IMMEDIATE)
	public void immediate(String text) {
	}

	@BackgroundJob(name = "noteOf")
	public void noteOf(String text, Long id) {
	}

	@BackgroundJob(name = "keyed", concurrencyKey = "'server:' + #server", concurrencyLimit = 2,
			tags = "'server:' + #server")
	public void keyed(String text, Long server) {
	}

	@BackgroundJob(name = "once", uniqueKey = "#key")
	public JobHandle<String> once(String text, String key) {
		return JobHandle.completed(text);
	}

	@BackgroundJob(name = "onceAtOnce", uniqueKey = "#key", enqueue = EnqueueMode.IMMEDIATE)
	public JobHandle<String> onceAtOnce(String text, String key) {
		return JobHandle.completed(text);
	}

	@BackgroundJob(name = "answer")
	public JobHandle<String> answer(String text) {
		return JobHandle.completed(text);
	}

	@BackgroundJob(name = "promise")
	public CompletableFuture<String> promise(String text) {
		return CompletableFuture.completedFuture(text);
	}

	@BackgroundJob(name = "future")
	public Future<String> future(String text) {
		return CompletableFuture.completedFuture(text);
	}

}
