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

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

import dev.aftercommit.JobStoreException;

/**
 * The connections that transactions have bound to this thread.
 */
final class BoundConnections {

	// Protected in Spring, and the only thing that tells a transaction's connection from
	// one that is merely cached.
	private static final Method transactionActive = transactionActive();

	private final List<DataSource> keys;

	BoundConnections(DataSource dataSource) {
		List<DataSource> keys = new ArrayList<>();
		DataSource key = dataSource;
		while (key != null) {
			keys.add(key);
			key = target(key);
		}
		this.keys = List.copyOf(keys);
	}

	/**
	 * Under which {@code DataSource} the transaction of this thread has bound a
	 * connection of the store's database.
	 * @return the one to get the connection from; {@code null} if the transaction of this
	 * thread is none, read-only, completed, or on something else
	 */
	@Nullable DataSource joinable() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive()
				|| TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
			return null;
		}
		DataSource key = key();
		ConnectionHolder holder = (key != null) ? holder(key) : null;
		return (holder != null && isTransactional(holder)) ? key : null;
	}

	/**
	 * Run work on the caller's connection.
	 * @param joined what {@link #joinable()} found
	 * @param failure what it means if the database can't, such as "The job store could
	 * not write"
	 * @param work the work, in statements that tell the transaction nothing
	 * @return what the work returned
	 * @throws JobStoreException if the database can't; the caller's transaction must then
	 * roll back
	 */
	<T> T run(DataSource joined, String failure, OwnTransactions.Work<T> work) {
		try {
			Connection connection = DataSourceUtils.getConnection(joined);
			try {
				return work.in(connection);
			}
			finally {
				DataSourceUtils.releaseConnection(connection, joined);
			}
		}
		catch (SQLException | CannotGetJdbcConnectionException ex) {
			throw new JobStoreException(
					failure + " in the caller's transaction, which must be rolled back: " + ex.getMessage(), ex);
		}
	}

	/**
	 * What is bound, by whomever.
	 * @return what holds the connection
	 */
	Optional<Object> resource() {
		return Optional.ofNullable(key()).map(BoundConnections::holder);
	}

	private @Nullable DataSource key() {
		for (DataSource key : this.keys) {
			if (holder(key) != null) {
				return key;
			}
		}
		return null;
	}

	private static @Nullable ConnectionHolder holder(DataSource key) {
		return (TransactionSynchronizationManager.getResource(key) instanceof ConnectionHolder holder) ? holder : null;
	}

	/**
	 * Whether a bound connection belongs to a transaction of its own {@code DataSource}.
	 * With two transaction managers, a connection may only be cached until the other
	 * one's transaction is over: it is then synchronized without a transaction. JPA's and
	 * Hibernate's managers don't mark theirs as either.
	 * @param holder what is bound
	 * @return whether it commits and rolls back with this thread's transaction
	 */
	static boolean isTransactional(ConnectionHolder holder) {
		return Boolean.TRUE.equals(ReflectionUtils.invokeMethod(transactionActive, holder))
				|| !holder.isSynchronizedWithTransaction();
	}

	/**
	 * The {@code DataSource} whose connections aren't those that are bound to the thread.
	 * @param dataSource what is configured
	 * @return the same, without Spring's proxy around it
	 */
	static DataSource unwrap(DataSource dataSource) {
		DataSource target = dataSource;
		while (target instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null) {
			target = proxy.getTargetDataSource();
		}
		return target;
	}

	static boolean isSame(DataSource one, DataSource other) {
		return unwrap(one) == unwrap(other);
	}

	private static @Nullable DataSource target(DataSource dataSource) {
		if (dataSource instanceof TransactionAwareDataSourceProxy proxy) {
			return proxy.getTargetDataSource();
		}
		return (dataSource instanceof LazyConnectionDataSourceProxy proxy) ? proxy.getTargetDataSource() : null;
	}

	private static Method transactionActive() {
		Method method = ReflectionUtils.findMethod(ConnectionHolder.class, "isTransactionActive");
		Assert.state(method != null,
				() -> "This version of Spring has no 'ConnectionHolder.isTransactionActive': use one that Aftercommit supports");
		ReflectionUtils.makeAccessible(method);
		return method;
	}

}
