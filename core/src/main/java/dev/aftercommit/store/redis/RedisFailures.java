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
package dev.aftercommit.store.redis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobState;
import dev.aftercommit.store.FailureGroups;

/**
 * Groups jobs by how they failed. Redis is asked for short values, some hundred at a
 * time, and they are put together here: it is busy with none of these questions for long.
 */
final class RedisFailures {

	private static final int CHUNK = 500;

	private final Redis redis;

	RedisFailures(Redis redis) {
		this.redis = redis;
	}

	List<FailureGroup> group(Set<JobState> states) {
		FailureGroups groups = new FailureGroups();
		if (states.contains(JobState.DEAD)) {
			add(groups, JobState.DEAD);
		}
		if (states.contains(JobState.RETRYING)) {
			add(groups, JobState.RETRYING);
		}
		return groups.list();
	}

	private void add(FailureGroups groups, JobState state) {
		Reply reply = this.redis.run("list failed jobs", Script.PLACES, state.name(), "", "", "", "1", "0",
				Integer.toString(FailureGroups.LIMIT));
		reply.number();
		if (reply.number() == 1) {
			groups.more(state);
		}
		List<UUID> ids = Ids.readAll(reply.text());
		for (int from = 0; from < ids.size(); from += CHUNK) {
			List<UUID> chunk = ids.subList(from, Math.min(ids.size(), from + CHUNK));
			List<byte @Nullable []> lines = this.redis.read("look at failed jobs", "job", chunk);
			List<byte @Nullable []> errors = errors(chunk);
			for (int i = 0; i < chunk.size(); i++) {
				byte[] line = lines.get(i);
				if (line != null) {
					add(groups, state, chunk.get(i), new JobLine(line), ErrorText.read(errors.get(i)));
				}
			}
		}
	}

	private List<byte @Nullable []> errors(List<UUID> ids) {
		return this.redis.read("look at failures", "error", ids);
	}

	/** Those of the jobs whose last failure is of a type, in their order. */
	List<UUID> among(List<UUID> ids, String errorType) {
		List<UUID> matching = new ArrayList<>();
		for (int from = 0; from < ids.size(); from += CHUNK) {
			List<UUID> chunk = ids.subList(from, Math.min(ids.size(), from + CHUNK));
			List<byte @Nullable []> errors = errors(chunk);
			for (int i = 0; i < chunk.size(); i++) {
				ErrorText error = ErrorText.read(errors.get(i));
				if (error != null && error.type().equals(errorType)) {
					matching.add(chunk.get(i));
				}
			}
		}
		return matching;
	}

	/** Unless it has gone on. */
	private static void add(FailureGroups groups, JobState state, UUID id, JobLine line, @Nullable ErrorText error) {
		if ((state == JobState.DEAD) ? line.isDead() : line.isLive()) {
			Instant failedAt = Micros.instant((error != null) ? error.micros() : line.ended());
			groups.add(state, line.lane().name(), (error != null) ? error.type() : "", id, failedAt);
		}
	}

}
