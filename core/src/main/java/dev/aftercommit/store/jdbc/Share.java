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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What one queue may have of a claim.
 */
final class Share {

	private final List<Candidate> candidates;

	private final int most;

	private final int weight;

	private int size;

	Share(List<Candidate> candidates, int most, int weight) {
		this.candidates = candidates;
		this.most = Math.min(most, candidates.size());
		this.weight = weight;
	}

	/**
	 * Divide places between queues, as many as each weighs in turn. Who gets the last
	 * ones is drawn by lot, so that no queue starves.
	 * @param shares the queues' shares
	 * @param places how many places there are
	 */
	static void divide(List<Share> shares, int places) {
		int left = places;
		for (List<Share> round = round(shares); left > 0 && !round.isEmpty(); round = round(shares)) {
			round.subList(0, Math.min(left, round.size())).forEach((share) -> share.size++);
			left -= round.size();
		}
	}

	/** Each as often as it weighs, if it has as many left, in the order that is drawn. */
	private static List<Share> round(List<Share> shares) {
		List<Map.Entry<Double, Share>> round = new ArrayList<>();
		for (Share share : shares) {
			int lots = Math.min(share.weight, share.most - share.size);
			for (int i = 0; i < lots; i++) {
				double drawn = -Math.log(1 - ThreadLocalRandom.current().nextDouble());
				round.add(Map.entry(drawn * lots / share.weight, share));
			}
		}
		return round.stream().sorted(Map.Entry.comparingByKey()).map(Map.Entry::getValue).toList();
	}

	List<Candidate> candidates() {
		return this.candidates;
	}

	int size() {
		return this.size;
	}

}
