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

import java.util.Set;

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
	 * Which of a node's running jobs somebody asked to cancel: all such requests, told
	 * again each time until their leases end. One cheap question.
	 * @param node the node
	 * @return the requests, as a rule none
	 */
	Set<CancelRequest> cancelRequests(long node);

	/**
	 * A node ends. Leases that it still holds are returned by the next rescue.
	 * @param node the node
	 */
	void end(long node);

}
