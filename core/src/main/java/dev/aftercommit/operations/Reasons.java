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
package dev.aftercommit.operations;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.Explanation.Kind;
import dev.aftercommit.Explanation.Reason;
import dev.aftercommit.NodeSnapshot;

/**
 * Collects reasons, the first one first.
 */
final class Reasons {

	private static final int MOST = 10;

	private final List<Reason> reasons = new ArrayList<>();

	void add(Kind kind, String text) {
		add(kind, text, null, List.of(), List.of());
	}

	void addUntil(Kind kind, String text, @Nullable Instant until) {
		add(kind, text, until, List.of(), List.of());
	}

	void addJobs(Kind kind, String text, List<UUID> jobs) {
		add(kind, text, null, jobs, List.of());
	}

	void addNodes(Kind kind, String text, Collection<NodeSnapshot> nodes) {
		add(kind, text, null, List.of(), nodes.stream().limit(MOST).map(NodeSnapshot::number).toList());
	}

	private void add(Kind kind, String text, @Nullable Instant until, List<UUID> jobs, List<Long> nodes) {
		this.reasons.add(new Reason(kind, text, until, jobs.stream().limit(MOST).toList(), nodes));
	}

	boolean isEmpty() {
		return this.reasons.isEmpty();
	}

	List<Reason> toList() {
		return this.reasons;
	}

	/** A time for people, who read no fractions of a second. */
	static String at(@Nullable Instant time) {
		return (time != null) ? time.truncatedTo(ChronoUnit.SECONDS).toString() : "a time that is not known";
	}

	/** A duration for people: not too early. */
	static String in(Duration time) {
		return (time.toMillis() < 1000) ? time.toMillis() + " ms" : time.plusMillis(999).toSeconds() + " s";
	}

	/** Nodes for people: names and numbers, not too many of them. */
	static String named(List<NodeSnapshot> nodes) {
		String names = String.join(", ",
				nodes.stream().limit(MOST).map((node) -> node.name() + " (node " + node.number() + ")").toList());
		return (nodes.size() > MOST) ? names + " and " + (nodes.size() - MOST) + " others" : names;
	}

}
