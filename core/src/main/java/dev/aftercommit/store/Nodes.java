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

package dev.aftercommit.store;

/**
 * The nodes that a store knows. Works although the application's connection pool is
 * exhausted, where the store can have a connection of its own.
 */
public interface Nodes {

	/**
	 * Make a node known. Each start of a JVM, and each return after the node was taken
	 * for dead, is a node of its own.
	 * @param info what it says of itself
	 * @return its number, never given twice
	 */
	long register(NodeInfo info);

	/**
	 * Say that a node is alive, on the store's clock.
	 * @param node the node
	 * @return {@code false} if it has been taken for dead or has ended: its leases are or
	 * will be given to others, and it must register again
	 */
	boolean heartbeat(long node);

	/**
	 * What operators want of a node. One cheap question.
	 * @param node the node
	 * @return as a rule nothing
	 */
	NodeOrders orders(long node);

	/**
	 * Have a node claim nothing more; jobs that it has go on. Holds until
	 * {@link #resume}, or the node's end: under another number it is another node. In a
	 * transaction of its own, as whoever held the node's row would hold up its
	 * heartbeats.
	 * @param node the node
	 * @return whether this has changed anything: it was alive and not quiet
	 */
	boolean quiet(long node);

	/**
	 * Have a quiet node claim again, likewise.
	 * @param node the node
	 * @return whether this has changed anything: it was alive and quiet
	 */
	boolean resume(long node);

	/**
	 * A node ends. Leases that it still holds are returned by the next rescue.
	 * @param node the node
	 */
	void end(long node);

}
