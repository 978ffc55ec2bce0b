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
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.DeadReason;
import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.QueueDepth;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.StoredArguments;

/**
 * Looks jobs up.
 */
final class RedisDirectory implements JobDirectory {

	private final Redis redis;

	private final RedisOrders orders;

	RedisDirectory(Redis redis, RedisOrders orders) {
		this.redis = redis;
		this.orders = orders;
	}

	@Override
	public Map<UUID, JobStatus> find(Collection<UUID> ids) {
		if (ids.isEmpty()) {
			return Map.of();
		}
		Reply reply = this.redis.run("look up jobs", Script.FIND,
				ids.stream().map(UUID::toString).toArray(String[]::new));
		Map<UUID, JobStatus> found = new HashMap<>();
		while (reply.hasNext()) {
			UUID id = UUID.fromString(reply.text());
			JobState state = JobState.valueOf(reply.text());
			JobLine line = new JobLine(reply.nextBytes());
			found.put(id, status(state, line, reply.nextText(), reply));
		}
		return found;
	}

	/** Of a job whose failure comes next. */
	static JobStatus status(JobState state, JobLine line, @Nullable String result, Reply reply) {
		Failure failure = FailureText.read(reply.nextText());
		Lane lane = line.lane();
		boolean waitsForItsTime = state == JobState.SCHEDULED || state == JobState.RETRYING;
		return new JobStatus(lane.name(), lane.queue(), line.priority(), state,
				line.attempts() + ((state == JobState.RUNNING) ? 1 : 0), Micros.instant(line.enqueued()),
				waitsForItsTime ? Micros.instant(line.due()) : null,
				state.isEnded() ? Micros.instant(line.ended()) : null, result,
				(state == JobState.DEAD) ? Constants.named(DeadReason.class, line.reason()) : null, failure);
	}

	@Override
	public List<JobAttempt> attempts(UUID id) {
		Reply reply = this.redis.run("look up the attempts of job " + id, Script.ATTEMPTS, id.toString());
		List<JobAttempt> attempts = new ArrayList<>();
		while (reply.hasNext()) {
			JobAttempt attempt = AttemptText.read(reply.text());
			if (attempt != null) {
				attempts.add(attempt);
			}
		}
		attempts.sort(JobAttempt.BY_NUMBER);
		return attempts;
	}

	@Override
	public Optional<StoredArguments> arguments(UUID id) {
		Reply reply = this.redis.run("look up the arguments of job " + id, Script.ARGUMENTS, id.toString());
		return reply.hasNext()
				? Optional
					.of(new StoredArguments(Lane.read(reply.text()).name(), Payload.read(reply.text()).arguments()))
				: Optional.empty();
	}

	@Override
	public JobWords words(UUID id) {
		Reply reply = this.redis.run("look up what job " + id + " has said", Script.WORDS, id.toString());
		List<String> attempts = new ArrayList<>();
		while (reply.hasNext()) {
			attempts.add(reply.text());
		}
		return WordsText.read(attempts);
	}

	@Override
	public boolean cancel(UUID id) {
		return this.orders.cancelWaiting(id);
	}

	@Override
	public Map<JobState, Count> count() {
		Map<JobState, Count> counts = new EnumMap<>(JobState.class);
		for (JobState state : JobState.values()) {
			counts.put(state, new Count(0, true));
		}
		Reply reply = this.redis.run("count jobs", Script.COUNT);
		while (reply.hasNext()) {
			counts.put(JobState.valueOf(reply.text()), upToLimit(reply.number()));
		}
		return counts;
	}

	@Override
	public List<QueueDepth> depths() {
		Reply reply = this.redis.run("measure queues", Script.DEPTHS);
		List<QueueDepth> depths = new ArrayList<>();
		while (reply.hasNext()) {
			depths.add(new QueueDepth(Lane.word(reply.text()), upToLimit(reply.number()),
					Micros.duration(reply.number())));
		}
		depths.sort(Comparator.comparing(QueueDepth::queue));
		return depths;
	}

	@Override
	public Duration untilNextStart(Rate rate) {
		Reply reply = this.redis.run("read a rate", Script.SPENT, Lane.written(rate.key()));
		long spent = reply.number();
		return rate.limit().untilNext(spent, reply.number());
	}

	@Override
	public Set<String> pausedQueues() {
		Reply reply = this.redis.run("read which queues are paused", Script.PAUSED);
		Set<String> queues = new TreeSet<>();
		while (reply.hasNext()) {
			queues.add(Lane.word(reply.text()));
		}
		return queues;
	}

	private static Count upToLimit(long counted) {
		return new Count(Math.min(counted, Count.LIMIT), counted <= Count.LIMIT);
	}

}
