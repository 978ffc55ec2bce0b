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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One column of the matrix: which database, whose transactions, and how the store meets
 * them.
 *
 * @param database the database
 * @param kind the transaction manager
 * @param mode how the store meets its transactions
 */
record MatrixSetup(Db database, Kind kind, Mode mode) {

	static List<MatrixSetup> all() {
		List<MatrixSetup> all = new ArrayList<>();
		for (Db database : Db.values()) {
			for (Kind kind : Kind.values()) {
				for (Mode mode : Mode.values()) {
					all.add(new MatrixSetup(database, kind, mode));
				}
			}
		}
		return all;
	}

	static MatrixSetup simplest() {
		return new MatrixSetup(Db.H2, Kind.JDBC, Mode.JOINED);
	}

	static List<MatrixSetup> jpa() {
		return all().stream().filter((setup) -> setup.kind().isJpa()).toList();
	}

	static List<MatrixSetup> withSavepoints() {
		return all().stream().filter((setup) -> setup.kind() != Kind.JPA).toList();
	}

	static List<MatrixSetup> joined() {
		return all().stream().filter((setup) -> setup.mode() != Mode.BEST_EFFORT).toList();
	}

	static List<MatrixSetup> bestEffort() {
		return all().stream().filter((setup) -> setup.mode() == Mode.BEST_EFFORT).toList();
	}

	static List<MatrixSetup> postgres() {
		return all().stream().filter(MatrixSetup::isPostgres).toList();
	}

	static List<MatrixSetup> jdbc() {
		return all().stream().filter((setup) -> setup.kind() == Kind.JDBC).toList();
	}

	boolean isPostgres() {
		return this.database == Db.POSTGRESQL;
	}

	boolean isTold() {
		return this.kind != Kind.NOT_A_BEAN;
	}

	@Override
	public String toString() {
		return String.join(" ", Arrays.asList(this.database.name(), this.kind.name(), this.mode.name()));
	}

	enum Db {

		H2, POSTGRESQL

	}

	enum Kind {

		DATA_SOURCE, JDBC, JPA, HIBERNATE, NOT_A_BEAN;

		boolean isJpa() {
			return this == JPA || this == HIBERNATE;
		}

	}

	enum Mode {

		/** In the transaction, and a worker of this node is free. */
		JOINED_LOCAL,

		/** In the transaction, and no worker of this node is free. */
		JOINED,

		/** The store is in another database. */
		BEST_EFFORT,

		/**
		 * The store is in Redis, and there is an outbox in the transaction's database.
		 */
		OUTBOX

	}

}
