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
 * Hints between nodes that there is something to do. A hint may be lost, doubled or late:
 * polling is the truth.
 */
public interface WakeUps {

	/** For a store without hints. */
	WakeUps NONE = new WakeUps() {

		@Override
		public void send() {
		}

		@Override
		public AutoCloseable listen(Runnable wakeUp) {
			return () -> {
			};
		}

	};

	/**
	 * Tell the other nodes that jobs wait or have ended. Returns at once, never joins the
	 * caller's transaction, never throws; many calls in a short time become one hint.
	 */
	void send();

	/**
	 * Be told by the other nodes. Listens until closed, through outages.
	 * @param wakeUp what to run on a hint; must return at once
	 * @return closes the ear
	 */
	AutoCloseable listen(Runnable wakeUp);

}
