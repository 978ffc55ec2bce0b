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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobHandle;

/**
 * Jobs with keys, which note when they run, whatever node they run on.
 */
class KeyedJobs {

	/** Of all nodes of this JVM. */
	static final List<String> EVENTS = new CopyOnWriteArrayList<>();

	private static volatile CountDownLatch gate = new CountDownLatch(0);

	static void begin() {
		EVENTS.clear();
		gate = new CountDownLatch(0);
	}

	static CountDownLatch close() {
		gate = new CountDownLatch(1);
		return gate;
	}

	static List<String> eventsOf(long server) {
		return EVENTS.stream().filter((event) -> event.endsWith(" " + server)).toList();
	}

	@BackgroundJob(name = "boot", concurrencyKey = "'server:' + #server")
	void boot(long server) throws InterruptedException {
		run("boot " + server);
	}

	@BackgroundJob(name = "terminate", queue = "urgent", priority = -10, concurrencyKey = "'server:' + #server")
	void terminate(long server) throws InterruptedException {
		run("terminate " + server);
	}

	@BackgroundJob(name = "number", concurrencyKey = "'numbers'")
	void number(int number) throws InterruptedException {
		run("number " + number);
	}

	@BackgroundJob(name = "synchronize", uniqueKey = "#account")
	JobHandle<String> synchronize(String account) throws InterruptedException {
		gate.await();
		EVENTS.add("synchronize " + account);
		return JobHandle.completed("done " + account);
	}

	// Long enough that another one which should not run beside it would be seen.
	private static void run(String what) throws InterruptedException {
		EVENTS.add("begin " + what);
		new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
		EVENTS.add("end " + what);
	}

}
