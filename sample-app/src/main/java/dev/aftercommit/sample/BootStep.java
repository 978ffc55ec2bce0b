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

/**
 * What there is to be done until a machine is up, in this order.
 */
enum BootStep {

	/** A host is chosen. */
	HOST(1, "looks for a host with room"),

	/** The disk is filled. */
	IMAGE(2, "copies the image"),

	/** The machine is switched on. */
	KERNEL(3, "starts the kernel"),

	/** The machine gets its address. */
	NETWORK(4, "waits until it answers");

	/** How many steps a boot has. */
	static final int NUMBER = values().length;

	private final int number;

	private final String text;

	BootStep(int number, String text) {
		this.number = number;
		this.text = text;
	}

	/**
	 * Its place among the steps.
	 * @return 1 for the first
	 */
	int number() {
		return this.number;
	}

	/**
	 * What a reader of the job's log is told.
	 * @return words for it
	 */
	String text() {
		return this.text;
	}

}
