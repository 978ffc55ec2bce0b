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

import java.time.Duration;
import java.util.Optional;

/**
 * Tells how sure it is that what a store has taken survives a crash of the store's server
 * or the loss of it to a stand-in, for stores that answer before that is so.
 */
public interface Durability {

	/**
	 * The life of the server that answers now: another one after each restart, and after
	 * each take-over by a stand-in. What was written while it was the same one, and still
	 * is, has not been lost.
	 * @return a text that no other life has; empty if the server can't be asked, or does
	 * not say
	 */
	Optional<String> incarnation();

	/**
	 * Wait until all that this life of the server had taken before the call survives:
	 * written to its disk where it writes to one and can say so, and known to each of its
	 * replicas.
	 * @param incarnation the life of the server while it took what is asked about
	 * @param atMost how long to wait
	 * @return {@code true} if it survives; {@code false} if that is not known: not in
	 * time, the server can't say, or it is another one by now
	 */
	boolean await(String incarnation, Duration atMost);

}
