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

import java.io.Serial;

import javax.sql.DataSource;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * Remembers when the database answered the last commit: callbacks would be ordered among
 * those of the systems that are measured.
 */
final class StampingTransactionManager extends JdbcTransactionManager {

	@Serial
	private static final long serialVersionUID = 1L;

	private static volatile long lastCommit;

	StampingTransactionManager(DataSource dataSource) {
		super(dataSource);
	}

	/**
	 * When the last commit of this JVM returned.
	 * @return on the clock of {@link System#nanoTime()}
	 */
	static long lastCommit() {
		return lastCommit;
	}

	@Override
	protected void doCommit(DefaultTransactionStatus status) {
		super.doCommit(status);
		lastCommit = System.nanoTime();
	}

}
