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

package dev.aftercommit.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Servers that are wanted and not wanted any more, all at the same moment.
 */
final class Burst {

	static final int PAIRS = 20;

	private Burst() {
	}

	/**
	 * Ask for servers, eight at a time, and for the end of each right after it was
	 * created: twice, both at the same moment. Each {@code DELETE} is to be answered 202.
	 * @return the servers
	 */
	static List<Long> send(Callable<Long> create, Delete delete) throws Exception {
		ExecutorService creators = Executors.newFixedThreadPool(8);
		ExecutorService others = Executors.newCachedThreadPool();
		try {
			List<Future<Long>> pairs = new ArrayList<>();
			for (int pair = 0; pair < PAIRS; pair++) {
				pairs.add(creators.submit(() -> {
					long id = create.call();
					Future<Integer> other = others.submit(() -> delete.of(id));
					assertThat(List.of(delete.of(id), other.get())).containsExactly(202, 202);
					return id;
				}));
			}
			List<Long> ids = new ArrayList<>();
			for (Future<Long> pair : pairs) {
				ids.add(pair.get());
			}
			return ids;
		}
		finally {
			creators.shutdownNow();
			others.shutdownNow();
		}
	}

	/**
	 * Sends a {@code DELETE} of a server.
	 */
	interface Delete {

		/**
		 * Send it.
		 * @return the status of the answer
		 */
		int of(long id) throws Exception;

	}

}
