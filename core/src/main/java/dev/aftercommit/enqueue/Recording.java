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

import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import dev.aftercommit.JobHandle;
import dev.aftercommit.JobOptions;

/**
 * Collects the annotated calls that a lambda makes on this thread, instead of enqueueing
 * them.
 */
final class Recording {

	private static final ThreadLocal<@Nullable Recording> CURRENT = new ThreadLocal<>();

	private final JobOptions options;

	private final List<HeldCall> calls = new ArrayList<>(1);

	private Recording(JobOptions options) {
		this.options = options;
	}

	static @Nullable Recording current() {
		return CURRENT.get();
	}

	/**
	 * Run a lambda that makes exactly one annotated call.
	 * @param options what the call is to be stored with
	 * @param lambda the lambda; returns its call's handle, or {@code null}
	 * @return its call, not yet enqueued
	 * @throws IllegalArgumentException if it makes no call or more than one, or returns
	 * another handle than its call's
	 * @throws UndeclaredThrowableException if it throws a checked exception
	 */
	static HeldCall one(JobOptions options, Callable<@Nullable JobHandle<?>> lambda) {
		Recording recording = new Recording(options);
		try {
			return recording.single(recording.during(lambda));
		}
		catch (RuntimeException | Error ex) {
			recording.calls.forEach((call) -> call.admission().drop("the lambda that called it failed: " + ex));
			throw ex;
		}
	}

	JobOptions options() {
		return this.options;
	}

	JobHandle<?> add(HeldCall call) {
		this.calls.add(call);
		return call.handle();
	}

	private @Nullable JobHandle<?> during(Callable<@Nullable JobHandle<?>> lambda) {
		Recording outer = CURRENT.get();
		CURRENT.set(this);
		try {
			return lambda.call();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new UndeclaredThrowableException(ex, "The lambda threw a checked exception: " + ex);
		}
		finally {
			if (outer != null) {
				CURRENT.set(outer);
			}
			else {
				CURRENT.remove();
			}
		}
	}

	private HeldCall single(@Nullable JobHandle<?> returned) {
		Assert
			.isTrue(!this.calls.isEmpty(), "'call' made no call of a @BackgroundJob method on this thread, so there is"
					+ " nothing to enqueue: call the method through its bean, not on 'this', a mock or a 'new' object");
		Assert.isTrue(this.calls.size() == 1,
				() -> "'call' made " + this.calls.size() + " calls of @BackgroundJob methods (" + this.calls
						+ "), but must make exactly one: enqueue each with a lambda of its own. Nothing was enqueued");
		HeldCall call = this.calls.get(0);
		Assert.isTrue(returned == null || returned == call.handle(), () -> "'call' returned " + returned
				+ " instead of the handle of the call that it made (" + call + "). Nothing was enqueued");
		return call;
	}

}
