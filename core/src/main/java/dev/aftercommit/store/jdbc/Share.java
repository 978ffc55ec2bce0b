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

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What one queue may have of a claim.
 */
final class Share {

	private final List<Candidate> candidates;

	private final int most;

	private int size;

	Share(List<Candidate> candidates, int most) {
		this.candidates = candidates;
		this.most = Math.min(most, candidates.size());
	}

	/**
	 * Divide places between queues, one by one. Who gets the last ones is left to chance,
	 * so that no queue starves.
	 * @param shares the queues' shares
	 * @param places how many places there are
	 */
	static void divide(List<Share> shares, int places) {
		List<Share> open = new ArrayList<>(shares);
		Collections.shuffle(open);
		open.removeIf(Share::isFull);
		for (int left = places; left > 0 && !open.isEmpty();) {
			for (Share share : open.subList(0, Math.min(left, open.size()))) {
				share.size++;
				left--;
			}
			open.removeIf(Share::isFull);
		}
	}

	private boolean isFull() {
		return this.size == this.most;
	}

	List<Candidate> candidates() {
		return this.candidates;
	}

	int size() {
		return this.size;
	}

}
