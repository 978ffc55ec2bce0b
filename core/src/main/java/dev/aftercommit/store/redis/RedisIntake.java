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

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.JobTime;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;

/**
 * Takes all jobs of a call in one script.
 */
final class RedisIntake implements JobIntake {

	/** Redis takes a million arguments. */
	private static final int MOST = 100_000;

	private final Redis redis;

	RedisIntake(Redis redis) {
		this.redis = redis;
	}

	@Override
	public boolean joinsTransaction() {
		return false;
	}

	@Override
	public Map<UUID, UUID> stage(List<StagedJob> jobs) {
		throw new IllegalStateException(
				"Redis joins no transaction: ask 'joinsTransaction' first and use 'enqueue' after the commit");
	}

	@Override
	public Map<UUID, UUID> enqueue(List<NewJob> jobs) {
		if (jobs.size() > MOST) {
			throw new JobStoreException("'jobs' (" + jobs.size() + " in one call) must be at most " + MOST
					+ " for Redis; nothing was written: enqueue them in several calls", null);
		}
		List<byte[]> arguments = this.redis.arguments();
		add(arguments, jobs);
		Reply reply = this.redis.run("take " + jobs.size() + " jobs", Script.ENQUEUE, arguments);
		Map<UUID, UUID> kept = new HashMap<>();
		while (reply.hasNext()) {
			kept.put(UUID.fromString(reply.text()), UUID.fromString(reply.text()));
		}
		return kept;
	}

	/**
	 * Add what {@code tags.lua} and {@code take.lua} take of jobs.
	 * @param arguments what to add to
	 * @param jobs the jobs
	 */
	static void add(List<byte[]> arguments, List<NewJob> jobs) {
		int at = arguments.size();
		for (NewJob job : jobs) {
			for (String tag : new LinkedHashSet<>(job.terms().tags())) {
				arguments.add(Ids.write(job.id()));
				arguments.add(Redis.bytes(tag));
			}
		}
		arguments.add(at, Redis.bytes(Integer.toString((arguments.size() - at) / 2)));
		jobs.forEach((job) -> add(arguments, job));
	}

	private static void add(List<byte[]> arguments, NewJob job) {
		arguments.add(Ids.write(job.id()));
		arguments.add(Redis.bytes(new Lane(job.queue(), job.name()).write()));
		arguments.add(Redis.bytes(Integer.toString(job.priority())));
		JobTerms terms = job.terms();
		String payload = new Payload(job.headers(), job.arguments()).write();
		if (terms.isKeyed()) {
			arguments.add(Redis.bytes(KeyLine.onDuplicate(terms) + time(job.time())));
			arguments.add(Redis.bytes(KeyLine.write(terms) + "\n" + payload));
		}
		else {
			arguments.add(Redis.bytes(time(job.time())));
			arguments.add(Redis.bytes(payload));
		}
	}

	private static String time(@Nullable JobTime time) {
		if (time instanceof JobTime.In in) {
			return "+" + Micros.of(in.delay());
		}
		return (time instanceof JobTime.At at) ? Micros.of(at.time()) : "";
	}

}
