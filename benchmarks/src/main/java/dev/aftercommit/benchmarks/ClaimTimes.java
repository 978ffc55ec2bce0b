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

package dev.aftercommit.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * How long each claim takes, as the node sees it: statements that take locked rows of the
 * table of what is ready. Notes nothing until asked to.
 */
final class ClaimTimes {

	private static final String TABLE = "aftercommit_ready";

	private static final String CLAIM = "SKIP LOCKED";

	private final List<Double> millis = new ArrayList<>();

	private volatile boolean noting;

	void note() {
		synchronized (this.millis) {
			this.millis.clear();
		}
		this.noting = true;
	}

	/**
	 * What was noted.
	 * @return milliseconds of each claim
	 */
	List<Double> stop() {
		this.noting = false;
		synchronized (this.millis) {
			return List.copyOf(this.millis);
		}
	}

	DataSource at(DataSource pool) {
		return proxy(DataSource.class, (method, arguments) -> {
			Object result = call(pool, method, arguments);
			return (this.noting && result instanceof Connection connection) ? clocked(connection) : result;
		});
	}

	private Connection clocked(Connection connection) {
		return proxy(Connection.class, (method, arguments) -> {
			Object result = call(connection, method, arguments);
			return (result instanceof PreparedStatement statement && arguments != null
					&& arguments[0] instanceof String sql && sql.contains(TABLE) && sql.contains(CLAIM))
							? clocked(statement) : result;
		});
	}

	private PreparedStatement clocked(PreparedStatement statement) {
		return proxy(PreparedStatement.class, (method, arguments) -> {
			if (!method.getName().startsWith("execute")) {
				return call(statement, method, arguments);
			}
			long begin = System.nanoTime();
			Object result = call(statement, method, arguments);
			double took = (System.nanoTime() - begin) / 1e6;
			synchronized (this.millis) {
				this.millis.add(took);
			}
			return result;
		});
	}

	private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private static <T> T proxy(Class<T> type, Call call) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method,
				arguments) -> method.getName().equals("equals") ? proxy == arguments[0] : call.on(method, arguments)));
	}

	/**
	 * A call of a proxy.
	 */
	@FunctionalInterface
	private interface Call {

		@Nullable Object on(Method method, Object @Nullable [] arguments) throws Throwable;

	}

}
