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

import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Stands for the system that starts and stops machines. It takes its time, and nothing
 * else.
 */
@Component
class Hypervisor {

	private static final Logger logger = LoggerFactory.getLogger(Hypervisor.class);

	private static final Duration ASK_EVERY = Duration.ofMillis(50);

	private final Duration stepTime;

	private final Duration stopTime;

	Hypervisor(SampleProperties properties) {
		this.stepTime = properties.bootTime().dividedBy(BootStep.NUMBER);
		this.stopTime = properties.stopTime();
	}

	/**
	 * Do one step of starting a server's machine, and wait for its end. Safe to call
	 * again for one that was begun or done already.
	 * @param step the step
	 * @param serverId the server
	 * @param checkpoint is run before each wait; whatever it throws ends the wait
	 * @throws IllegalStateException if the thread was interrupted
	 */
	void start(BootStep step, long serverId, Runnable checkpoint) {
		await(this.stepTime, checkpoint);
		logger.debug("The machine of server {} has done step {}", serverId, step);
	}

	/**
	 * Stop a server's machine, if there is one, and wait until it is gone. Safe to call
	 * again.
	 * @param serverId the server
	 * @param checkpoint is run before each wait; whatever it throws ends the wait
	 * @throws IllegalStateException if the thread was interrupted
	 */
	void stop(long serverId, Runnable checkpoint) {
		logger.debug("The machine of server {} is to stop", serverId);
		await(this.stopTime, checkpoint);
		logger.debug("The machine of server {} is gone", serverId);
	}

	private static void await(Duration time, Runnable checkpoint) {
		for (Duration left = time; left.toMillis() > 0; left = left.minus(ASK_EVERY)) {
			checkpoint.run();
			pause((left.compareTo(ASK_EVERY) < 0) ? left : ASK_EVERY);
		}
	}

	private static void pause(Duration time) {
		try {
			Thread.sleep(time.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for a machine", ex);
		}
	}

}
