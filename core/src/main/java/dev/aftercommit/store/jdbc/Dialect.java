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

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;

/**
 * What databases do differently. All methods work in the transaction of the connection
 * that is handed in, and leave its end to the caller.
 */
interface Dialect {

	/**
	 * Where its migration scripts are, below this package.
	 * @return name of the folder
	 */
	String scripts();

	/**
	 * The text of a statement that all databases understand but for the time: in the
	 * template, {@code {now}} is the store's clock, {@code {now+?}} a number of
	 * microseconds later, and every other word in braces a table.
	 * @param template the statement
	 * @return the statement for this database
	 */
	String sql(String template);

	/**
	 * Keep others from creating tables until the transaction is over, where the database
	 * needs that.
	 */
	void lockSchema(Connection connection) throws SQLException;

	/**
	 * The text of a query that makes its plan, and those of the rest of the transaction,
	 * use indexes, whatever the statistics say. Not for the caller's transaction.
	 * @param template the query, as for {@link #sql}
	 * @return the query for this database
	 */
	String sqlByIndex(String template);

	/**
	 * The text of a query that makes the database end the rest of the transaction if this
	 * node is silent for some seconds in it, so that a node that is stopped holds up
	 * nobody by its locks, where the database can. Not for the caller's transaction.
	 * @param template the query, as for {@link #sql}
	 * @return the query for this database
	 */
	String sqlNeverIdle(String template);

	/**
	 * Ask whether there is nothing to do, where that is cheaper than to look for it.
	 * @param template a query, as for {@link #sql}, that returns a row if there is
	 * nothing to do
	 * @return whether that is certain
	 */
	default boolean isNothing(Connection connection, String template, Object... values) throws SQLException {
		return false;
	}

	/**
	 * Make the transaction's plans use indexes, whatever the statistics say.
	 */
	void preferIndexes(Connection connection) throws SQLException;

	/**
	 * Insert one row unless there is one of its primary key. Harms no transaction that it
	 * is part of; waits for whoever is inserting the same.
	 * @param template an {@code INSERT}, as for {@link #sql}
	 * @return whether there was none
	 */
	boolean insertNew(Connection connection, String template, Object... values) throws SQLException;

	/**
	 * Write new jobs, in their order, each to where it is to wait, with the marks of the
	 * keys that it waits for.
	 */
	void insert(Connection connection, Inserted jobs) throws SQLException;

	/**
	 * Write those of the jobs whose id is nowhere in the store, as {@link #insert} does.
	 */
	void insertMissing(Connection connection, Inserted jobs) throws SQLException;

	/**
	 * Keep jobs in the outbox, in their order, and let nobody take them for a while.
	 */
	void insertIntoOutbox(Connection connection, List<NewJob> jobs, long takeOverMicros) throws SQLException;

	/**
	 * What ends a query whose rows nobody else may take until the transaction is over.
	 * Empty where that would lock more than those rows.
	 */
	String skipLocked();

	/**
	 * Take unique keys, or lock the rows of those who have them, in their order, waiting
	 * for whoever holds them.
	 * @param wanted the rows to write
	 * @return the rows that are there then
	 */
	List<UniqueRow> takeUniqueKeys(Connection connection, List<UniqueRow> wanted) throws SQLException;

	/**
	 * The first jobs in the lines of concurrency keys, in the lines' order.
	 * @param most the most for each key
	 */
	List<Head> heads(Connection connection, String[] lines, int most) throws SQLException;

	/**
	 * Template of a query that deletes the jobs of some ids and returns their headers.
	 */
	String removal();

	/**
	 * Give jobs that are leased together with others leases of their own, before
	 * something else than success comes of them. Waits for whoever changes those leases.
	 * @param ids the jobs
	 * @param leases the leases that they are said to have
	 */
	default void takeOut(Connection connection, Collection<UUID> ids, Collection<Lease> leases) throws SQLException {
	}

	/**
	 * The same for one job of which nobody says who has it.
	 */
	default void takeOut(Connection connection, UUID id) throws SQLException {
	}

	/**
	 * Give jobs that nodes which have ended lease together leases of their own, and those
	 * that take long.
	 * @param age microseconds from which on they take long
	 * @param limit how many jobs are asked for
	 */
	default void untieOrphansAndOld(Connection connection, long age, int limit) throws SQLException {
	}

	/**
	 * Give jobs that a node leases together, under tokens that it doesn't know, leases of
	 * their own.
	 * @param held the tokens that it knows
	 * @param below looks at lower tokens only
	 */
	default void untieUnknown(Connection connection, long node, Set<Long> held, long below) throws SQLException {
	}

	/**
	 * Template of a statement that adds to a node's counts of the present minute: the
	 * node, then arrays of what was enqueued, has succeeded, was retried, is dead, was
	 * cancelled, and of the queues.
	 */
	String flowAddition();

	/**
	 * What waits in each queue: one lane or more of each, with the number of its queue.
	 */
	List<LaneDepth> depthsOfQueues(Connection connection) throws SQLException;

	/**
	 * What waits in each lane, with the number of that lane.
	 * @param names names whose lanes are left out
	 */
	List<LaneDepth> depthsOfLanes(Connection connection, Set<String> names) throws SQLException;

	/**
	 * Move due jobs from ready to lease.
	 */
	Claim claim(Connection connection, ClaimRequest request) throws SQLException;

	/**
	 * Move jobs from lease to history.
	 * @param endings endings that are all successes
	 * @return the jobs whose lease was still there, for the caller to change
	 */
	Set<UUID> succeed(Connection connection, List<Ending> endings) throws SQLException;

	/**
	 * Move one job from lease to history, and leave no trace in a transaction that is the
	 * application's.
	 * @param ending a success
	 * @return whether its lease was still there
	 */
	boolean succeedAmongOthers(Connection connection, Ending ending) throws SQLException;

}
