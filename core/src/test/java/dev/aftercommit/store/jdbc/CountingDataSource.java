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

package dev.aftercommit.store.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Counts round trips: statements, however many jobs they are about, and commits.
 */
final class CountingDataSource extends DelegatingDataSource {

	private final AtomicInteger statements = new AtomicInteger();

	private final AtomicInteger commits = new AtomicInteger();

	private boolean hidingTheDriver;

	CountingDataSource(DataSource dataSource) {
		super(dataSource);
	}

	/** Its connections and statements are nobody's wrappers from here on. */
	CountingDataSource hidingTheDriver() {
		this.hidingTheDriver = true;
		return this;
	}

	int statements() {
		return this.statements.get();
	}

	int commits() {
		return this.commits.get();
	}

	@Override
	public Connection getConnection() throws SQLException {
		return counting(Connection.class, super.getConnection());
	}

	private <T> T counting(Class<T> type, T target) {
		InvocationHandler handler = (proxy, method, arguments) -> invoke(target, method, arguments);
		return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { type }, handler));
	}

	private Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
		if (this.hidingTheDriver && method.getName().equals("isWrapperFor")) {
			return false;
		}
		if (method.getName().startsWith("execute")) {
			this.statements.incrementAndGet();
		}
		if (method.getName().equals("commit")) {
			this.commits.incrementAndGet();
		}
		try {
			Object result = method.invoke(target, arguments);
			if (method.getName().equals("unwrap")) {
				return result;
			}
			if (result instanceof PreparedStatement statement) {
				return counting(PreparedStatement.class, statement);
			}
			return (result instanceof Statement statement) ? counting(Statement.class, statement) : result;
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
