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

package dev.aftercommit.worker;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Loses a commit, or the answer to it.
 */
final class UnsureDataSource extends DelegatingDataSource {

	private final ThreadLocal<@Nullable Loss> next = new ThreadLocal<>();

	UnsureDataSource(DataSource dataSource) {
		super(dataSource);
	}

	/**
	 * What the next commit of this thread loses.
	 */
	void loseNext(Loss loss) {
		this.next.set(loss);
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					Loss loss = this.next.get();
					if (method.getName().equals("commit") && loss != null) {
						this.next.remove();
						lose(connection, loss);
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	private static void lose(Connection connection, Loss loss) throws SQLException {
		if (loss == Loss.ANSWER) {
			connection.commit();
		}
		else {
			connection.rollback();
		}
		throw new SQLException("planted: the " + loss + " of a commit was lost", "08006");
	}

	enum Loss {

		/** It committed, and nobody says so. */
		ANSWER,

		/** It never arrived. */
		REQUEST

	}

}
