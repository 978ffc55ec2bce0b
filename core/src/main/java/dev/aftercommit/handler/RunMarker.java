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

package dev.aftercommit.handler;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * The one-shot mark on a thread that says: the next call of this method runs the body
 * instead of enqueueing it. Set by the handler just before it calls the bean, taken by
 * the interceptor, so that a call from inside the body, to the same method too, enqueues.
 */
public final class RunMarker {

	private static final ThreadLocal<@Nullable Method> NEXT = new ThreadLocal<>();

	private RunMarker() {
	}

	static void set(Method method) {
		NEXT.set(method);
	}

	static void clear() {
		NEXT.remove();
	}

	/**
	 * Take the mark if it is there for this method.
	 * @param method the method of the user's class that is being called
	 * @return whether its body is to run
	 */
	public static boolean take(Method method) {
		if (!method.equals(NEXT.get())) {
			return false;
		}
		NEXT.remove();
		return true;
	}

}
