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

package dev.aftercommit.autoconfigure.dashboard;

import java.time.Instant;
import java.util.List;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.UnknownName;
import dev.aftercommit.autoconfigure.dashboard.Format.When;
import dev.aftercommit.autoconfigure.dashboard.OverviewPage.Sentence;
import dev.aftercommit.store.NameDepths;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that no live node can run.
 *
 * @param name their name
 * @param query the search for them
 * @param waiting how many wait
 * @param oldest for how long
 * @param version the version that knew the name last, {@code null} if none is remembered
 * @param heard when that was
 */
record Stranded(String name, String query, String waiting, String oldest, @Nullable String version,
		@Nullable When heard) {

	static Stranded of(UnknownName unknown, Instant now) {
		String version = unknown.lastVersion();
		return new Stranded(unknown.name(),
				new JobSearch(JobFilter.all().states(JobState.ENQUEUED).name(unknown.name())).query(),
				Format.amount(unknown.waiting(), unknown.exact(), "job"), Format.duration(unknown.oldest()),
				(version != null && version.isEmpty()) ? "no version" : version,
				Format.when(unknown.lastHeardAt(), now));
	}

	/** They wait for somebody to deploy something. */
	static Sentence sentence(List<UnknownName> names) {
		long waiting = names.stream().mapToLong(UnknownName::waiting).sum();
		// There may be more names than are told.
		boolean exact = names.size() < NameDepths.MOST && names.stream().allMatch(UnknownName::exact);
		return new Sentence("No live node can run " + Format.amount(waiting, exact, "job") + ".", "/nodes", "bad");
	}

}
