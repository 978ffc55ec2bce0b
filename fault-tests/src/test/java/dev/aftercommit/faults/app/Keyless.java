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

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;

/**
 * A store to which nobody says that jobs have keys. With it, the checker must find what
 * keys prevent.
 */
final class Keyless {

	private Keyless() {
	}

	static JobStore store(JobStore store) {
		return proxy(JobStore.class, (proxy, method, arguments) -> {
			Object result = method.invoke(store, arguments);
			return (result instanceof JobIntake intake) ? intake(intake) : result;
		});
	}

	private static JobIntake intake(JobIntake intake) {
		return proxy(JobIntake.class, (proxy, method, arguments) -> method.invoke(intake, withoutKeys(arguments)));
	}

	private static Object @Nullable [] withoutKeys(Object @Nullable [] arguments) {
		if (arguments != null && arguments[0] instanceof List<?> jobs) {
			return new Object[] { jobs.stream().map(Keyless::withoutKeys).toList() };
		}
		return arguments;
	}

	private static Object withoutKeys(Object job) {
		if (job instanceof StagedJob staged) {
			return new StagedJob(withoutKeys(staged.job()), staged.lease());
		}
		return (job instanceof NewJob fresh) ? withoutKeys(fresh) : job;
	}

	private static NewJob withoutKeys(NewJob job) {
		return new NewJob(job.id(), job.name(), job.queue(), job.priority(), job.time(), job.arguments(), Map.of());
	}

	private static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
				try {
					return handler.invoke(proxy, method, arguments);
				}
				catch (InvocationTargetException ex) {
					throw ex.getCause();
				}
			}));
	}

}
