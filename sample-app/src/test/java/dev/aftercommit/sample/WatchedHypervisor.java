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

package dev.aftercommit.sample;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

/**
 * The hypervisor of all tests in this JVM. It writes down what it does to which machine
 * and when, and can keep machines waiting within their boot.
 */
@Component
@Primary
class WatchedHypervisor extends Hypervisor {

	static final String BOOT = "boot";

	static final String STOP = "stop";

	private final List<Work> done = new CopyOnWriteArrayList<>();

	private volatile CountDownLatch gate = new CountDownLatch(0);

	WatchedHypervisor(SampleProperties properties) {
		super(properties);
	}

	/**
	 * Let no machine come beyond the middle of its boot from now on.
	 */
	void hold() {
		this.gate = new CountDownLatch(1);
	}

	/**
	 * Let all machines go on.
	 */
	void release() {
		this.gate.countDown();
	}

	/**
	 * What was done to the machine of a server, and has ended.
	 */
	List<Work> done(long serverId) {
		return this.done.stream().filter((work) -> work.serverId() == serverId).toList();
	}

	@Override
	void start(BootStep step, long serverId, Runnable checkpoint) {
		record(serverId, BOOT, () -> {
			if (step == BootStep.KERNEL) {
				pass();
			}
			super.start(step, serverId, checkpoint);
		});
	}

	@Override
	void stop(long serverId, Runnable checkpoint) {
		record(serverId, STOP, () -> super.stop(serverId, checkpoint));
	}

	private void pass() {
		try {
			if (!this.gate.await(60, TimeUnit.SECONDS)) {
				throw new IllegalStateException("Nobody has released the machines");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for a machine", ex);
		}
	}

	private void record(long serverId, String what, Runnable work) {
		long from = System.nanoTime();
		try {
			work.run();
		}
		finally {
			this.done.add(new Work(serverId, what, from, System.nanoTime()));
		}
	}

	/**
	 * Something that was done to a machine.
	 *
	 * @param from when it began, by the JVM's own time
	 * @param to when it ended
	 */
	record Work(long serverId, String what, long from, long to) {

	}

}
