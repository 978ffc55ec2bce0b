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

import dev.aftercommit.JobHandle;

/**
 * The kinds of unique keys. A call for one is named after it: kind, key, and whatever
 * tells it from others, with dots between.
 */
public enum UniqueKind {

	KEEP, KEEP_UNTIL_STARTED, REPLACE, REPLACE_UNTIL_STARTED;

	/** Whether a call is named after a kind. */
	static boolean isCall(String call) {
		return call.indexOf('.') > 0;
	}

	/** The kind of a call. */
	public static UniqueKind of(String call) {
		return valueOf(call.substring(0, call.indexOf('.')));
	}

	/** Whose calls are for one job at a time: kind and key of a call. */
	public static String keyOf(String call) {
		return call.substring(0, call.indexOf('.', call.indexOf('.') + 1));
	}

	public String call(int key, String rest) {
		return name() + "." + key + "." + rest;
	}

	public boolean isReplacing() {
		return this == REPLACE || this == REPLACE_UNTIL_STARTED;
	}

	public boolean isUntilStarted() {
		return this == KEEP_UNTIL_STARTED || this == REPLACE_UNTIL_STARTED;
	}

	/**
	 * Call.
	 * @param jobs who is called
	 * @param call the call
	 * @param millis how long its body takes
	 * @return its job, or that of another call
	 */
	public JobHandle<?> enqueue(KeyedJobs jobs, String call, long millis) throws Exception {
		String key = keyOf(call);
		return switch (this) {
			case KEEP -> jobs.keep(call, key, millis);
			case KEEP_UNTIL_STARTED -> jobs.keepUntilStarted(call, key, millis);
			case REPLACE -> jobs.replace(call, key, millis);
			case REPLACE_UNTIL_STARTED -> jobs.replaceUntilStarted(call, key, millis);
		};
	}

}
