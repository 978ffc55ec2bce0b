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

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.aftercommit.BackgroundJob;

/**
 * Jobs of which an operator hears.
 */
class Trouble {

	private final CountDownLatch gate = new CountDownLatch(1);

	@BackgroundJob(name = "invoice.send", queue = "mails", maxAttempts = 1, tags = "'customer:' + #customer")
	void giveUp(int customer) {
		throw new IllegalStateException("quota of customer " + customer + " is used up");
	}

	@BackgroundJob(name = "invoice.archive", queue = "mails")
	void succeed() {
	}

	@BackgroundJob(name = "invoice.print", queue = "mails", tags = "'customer:' + #customer")
	void tryAgain(int customer) {
		throw new UnsupportedOperationException("the printer is on fire");
	}

	@BackgroundJob(name = "report.build", queue = "reports", concurrencyKey = "'report'", tags = "'report:' + #number")
	void hold(int number) {
		try {
			this.gate.await(2, TimeUnit.MINUTES);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	void release() {
		this.gate.countDown();
	}

}
