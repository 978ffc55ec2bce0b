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

package dev.aftercommit.store.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.aftercommit.JobProgress;
import dev.aftercommit.JobWords;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Words;

/**
 * What the latest attempts at one job have said.
 */
final class WordLog {

	private final Map<Lease, Words> words = new LinkedHashMap<>();

	void add(Words said) {
		this.words.merge(said.lease(), said, (old, young) -> (young.version() > old.version()) ? young : old);
		if (this.words.size() > Words.MOST_ATTEMPTS) {
			this.words.remove(this.words.keySet().iterator().next());
		}
	}

	JobWords all() {
		JobProgress progress = null;
		List<String> log = new ArrayList<>();
		for (Words said : this.words.values()) {
			progress = (said.progress() != null) ? said.progress() : progress;
			log.addAll(said.log());
		}
		return new JobWords(progress, log);
	}

}
