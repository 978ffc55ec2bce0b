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

package dev.aftercommit.autoconfigure.dashboard;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import dev.aftercommit.JobOrder;

/**
 * What can be ordered on the pages.
 */
enum Action {

	/** Enqueue a dead job again. */
	RETRY("Retry", "Retried"),

	/** Have a job never run. */
	CANCEL("Cancel", "Cancelled"),

	/**
	 * Don't let a job wait for its time, or enqueue one of a schedule besides its times.
	 */
	RUN_NOW("Run now", "Enqueued"),

	/** Forget a job that has ended. */
	DELETE("Delete", "Deleted"),

	/** Start nothing more of a queue, or fire nothing more of a schedule. */
	PAUSE("Pause", "Paused"),

	/** Have a node claim nothing more. */
	QUIET("Quiet", "Quieted"),

	/** Go on. */
	RESUME("Resume", "Resumed");

	private final String label;

	private final String done;

	Action(String label, String done) {
		this.label = label;
		this.done = done;
	}

	static Optional<Action> find(String id) {
		return Arrays.stream(values()).filter((action) -> action.id().equals(id)).findFirst();
	}

	/**
	 * As it stands in forms and addresses, and as the endpoints call it.
	 * @return the same name as an operator's order has elsewhere
	 */
	String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	String label() {
		return this.label;
	}

	/** The order, and what it is about. */
	String of(String amount) {
		return (this == RUN_NOW) ? "Run " + amount + " now" : this.label + " " + amount;
	}

	String done() {
		return this.done;
	}

	/** What it is about single jobs, if it is about jobs. */
	Optional<JobOrder> order() {
		return Arrays.stream(JobOrder.values()).filter((order) -> order.name().equals(name())).findFirst();
	}

}
