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

package dev.aftercommit.store;

import java.util.Map;

import dev.aftercommit.JobFlow;
import dev.aftercommit.JobStoreException;

/**
 * How many jobs came and went, by the minute and by queue: a statistic for operators,
 * which nothing depends on. Nobody reads jobs for it, whatever the store has; nodes count
 * and say what they have counted.
 */
public interface Flow {

	/** Whole minutes that are told of, beside the present one. */
	int MINUTES = 15;

	/** Minutes after which counts may be deleted. */
	int KEPT_MINUTES = 60;

	/** The most queues of which counts are added at once, beside the other ones. */
	int MOST_QUEUES = 100;

	/** Stands for all other queues. */
	String OTHER_QUEUES = "";

	/**
	 * Add counts to those of the present minute, on the store's clock: all of them, or
	 * none. Nodes that add at the same time wait for nobody. Never joins the caller's
	 * transaction.
	 * @param counts of at most {@link #MOST_QUEUES} queues and {@link #OTHER_QUEUES}
	 * @throws JobStoreException if the store can't answer; if it was its answer that was
	 * lost, counts that are added again are counted twice
	 */
	void add(Map<String, JobFlow.Counts> counts);

	/**
	 * What was counted in the last {@link #MINUTES} whole minutes and in the present one.
	 * A committed read outside the caller's transaction, of no more than what nodes have
	 * added in that time.
	 * @return the flow
	 * @throws JobStoreException if the store can't answer
	 */
	JobFlow read();

}
