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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Lease;

/**
 * What a claim brought. A job that nobody could run, as its id is none, is left out: its
 * lease is reclaimed.
 */
final class ClaimReply {

	private static final byte[] NONE = {};

	/** Whose id is none. */
	private static final UUID NOBODY = new UUID(0, 0);

	private final Lease lease;

	private final Function<List<UUID>, List<byte @Nullable []>> texts;

	private @Nullable Lane lane;

	private byte[] writtenLane = NONE;

	/**
	 * Create a reader.
	 * @param lease what the claim was made for
	 * @param texts gives the headers and arguments of many jobs
	 */
	ClaimReply(Lease lease, Function<List<UUID>, List<byte @Nullable []>> texts) {
		this.lease = lease;
		this.texts = texts;
	}

	Claim read(Reply reply) {
		long nextDue = reply.number();
		long now = reply.number();
		long nextStart = reply.number();
		String paused = reply.hasNext() ? reply.text() : "";
		byte[] written = reply.hasNext() ? reply.nextBytes() : NONE;
		List<UUID> ids = new ArrayList<>();
		List<JobLine> lines = new ArrayList<>();
		for (int start = 0; start < written.length && reply.hasNext(); start += Ids.LENGTH) {
			UUID id = Ids.read(written, start);
			ids.add((id != null) ? id : NOBODY);
			lines.add(new JobLine(reply.nextBytes()));
		}
		List<ClaimedJob> jobs = jobs(ids, lines, texts(ids, reply), now);
		return new Claim(jobs, time(nextDue), false,
				paused.isEmpty() ? Set.of()
						: Arrays.stream(paused.split(" ")).map(Lane::word).collect(Collectors.toUnmodifiableSet()),
				time(nextStart));
	}

	private static Optional<Duration> time(long micros) {
		return (micros < 0) ? Optional.empty() : Optional.of(Micros.duration(micros));
	}

	/** Those of a few come with the answer. */
	private List<String> texts(List<UUID> ids, Reply reply) {
		List<String> texts = new ArrayList<>(ids.size());
		if (reply.hasNext()) {
			ids.forEach((id) -> texts.add(reply.text()));
		}
		else if (!ids.isEmpty()) {
			this.texts.apply(ids).forEach((bytes) -> texts.add(Reply.text(bytes)));
		}
		return texts;
	}

	private List<ClaimedJob> jobs(List<UUID> ids, List<JobLine> lines, List<String> texts, long now) {
		List<ClaimedJob> jobs = new ArrayList<>(ids.size());
		for (int i = 0; i < ids.size(); i++) {
			if (!ids.get(i).equals(NOBODY)) {
				jobs.add(job(ids.get(i), lines.get(i), Payload.read(texts.get(i)), now));
			}
		}
		return jobs;
	}

	private ClaimedJob job(UUID id, JobLine line, Payload payload, long now) {
		Lane lane = lane(line);
		Duration waited = Micros.duration(now - line.due());
		return new ClaimedJob(id, lane.name(), lane.queue(), line.priority(), line.attempts() + 1, payload.arguments(),
				payload.headers(), this.lease, waited, line.forgiven());
	}

	/** Mostly the same as the one before. */
	private Lane lane(JobLine line) {
		Lane present = this.lane;
		if (present == null || !line.isIn(this.writtenLane)) {
			present = line.lane();
			this.lane = present;
			this.writtenLane = Redis.bytes(present.write());
		}
		return present;
	}

}
