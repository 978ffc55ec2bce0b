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

package dev.aftercommit.faults.app;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.BulkResult;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobOrder;
import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;

/**
 * Gives orders, and notes each one that was carried out.
 */
public final class Operator {

	private static final int PAGE = 1000;

	private final JobOperations operations;

	private final TransactionTemplate transaction;

	private final LineLog log;

	Operator(JobOperations operations, PlatformTransactionManager transactions, LineLog log) {
		this.operations = operations;
		this.transaction = new TransactionTemplate(transactions);
		this.log = log;
	}

	void give(Order order) {
		switch (order) {
			case PAUSE -> this.log.line(order, this.operations.pauseQueue(ControlledJobs.RESTING));
			case RESUME -> this.log.line(order, this.operations.resumeQueue(ControlledJobs.RESTING));
			case RETRY -> this.log.line(order, retry(this.operations));
			case RETRY_IN_A_TRANSACTION ->
				this.log.line(order, this.transaction.<Integer>execute((status) -> retry(this.operations)));
		}
	}

	/**
	 * Have all dead jobs tried again.
	 * @return how many there were
	 */
	public static int retry(JobOperations operations) {
		int retried = 0;
		Paging page = Paging.oldestFirst(PAGE);
		BulkResult result;
		do {
			result = operations.order(JobOrder.RETRY, JobFilter.all().states(JobState.DEAD), page);
			retried += result.count(OrderResult.Kind.DONE);
			page = page.after(result.next());
		}
		while (result.next() != null);
		return retried;
	}

	/**
	 * What it may be told to do.
	 */
	enum Order {

		PAUSE, RESUME, RETRY, RETRY_IN_A_TRANSACTION

	}

}
