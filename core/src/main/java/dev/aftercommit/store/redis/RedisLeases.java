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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.concurrent.ThreadLocalRandom;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.Words;

/**
 * Claims, ends and rescues jobs.
 */
final class RedisLeases implements JobLeases {

	private static final Duration ENDED_NODES_ARE_KEPT = Duration.ofDays(1);

	private static final Failure LOST = new Failure(AttemptOutcome.LOST, "lost",
			"The node that ran this attempt went silent: it crashed, was stopped or was cut off");

	private final Redis redis;

	private final String historyLimit;

	RedisLeases(Redis redis, RedisStoreSettings settings) {
		this.redis = redis;
		this.historyLimit = Integer.toString(settings.historyLimit());
	}

	@Override
	public Claim claim(ClaimRequest request) {
		Lease lease = request.lease();
		List<byte[]> arguments = this.redis.arguments(Long.toString(lease.node()), Long.toString(lease.token()),
				Integer.toString(request.limit()),
				Integer.toString(ThreadLocalRandom.current().nextInt(Short.MAX_VALUE)));
		Set<String> queues = request.queues();
		if (queues != null) {
			addList(arguments, queues.stream().map(Lane::written).toList());
		}
		else {
			arguments.add(Redis.bytes("-1"));
		}
		List<String> limits = new ArrayList<>();
		request.atMost().forEach((queue, most) -> limits.addAll(List.of(Lane.written(queue), Integer.toString(most))));
		addList(arguments, limits);
		List<String> weights = new ArrayList<>();
		request.weights()
			.forEach((queue, weight) -> weights.addAll(List.of(Lane.written(queue), Integer.toString(weight))));
		addList(arguments, weights);
		addList(arguments, request.names().stream().map(Lane::written).toList());
		new RateWords(request).addTo(arguments);
		Reply reply = this.redis.run("claim jobs", Script.CLAIM, arguments);
		return new ClaimReply(lease, (ids) -> this.redis.read("read claimed jobs", "text", ids)).read(reply);
	}

	private static void addList(List<byte[]> arguments, Collection<String> values) {
		arguments.add(Redis.bytes(Integer.toString(values.size())));
		values.forEach((value) -> arguments.add(Redis.bytes(value)));
	}

	@Override
	public int promote(int limit) {
		return this.redis.run("promote due jobs", Script.PROMOTE, Integer.toString(limit)).smallNumber();
	}

	@Override
	public Set<UUID> apply(List<Ending> endings) {
		List<byte[]> arguments = this.redis.arguments(this.historyLimit);
		List<UUID> ids = new EndingWords(endings).addTo(arguments);
		Reply reply = this.redis.run("apply " + endings.size() + " outcomes", Script.APPLY, arguments);
		Set<UUID> accepted = new HashSet<>(ids);
		while (reply.hasNext()) {
			accepted.remove(ids.get(reply.smallNumber() - 1));
		}
		return accepted;
	}

	@Override
	public void note(List<Words> words) {
		List<byte[]> arguments = this.redis.arguments();
		words.forEach((each) -> WordsText.write(each, arguments));
		this.redis.run("keep what " + words.size() + " jobs have said", Script.NOTE, arguments);
	}

	@Override
	public int reclaim(long node, Set<Long> held, long below) {
		List<byte[]> arguments = this.redis.arguments(Long.toString(node), Long.toString(below));
		held.forEach((token) -> arguments.add(Redis.bytes(Long.toString(token))));
		return this.redis.run("reclaim jobs", Script.RECLAIM, arguments).smallNumber();
	}

	@Override
	public int rescue(Duration lease, int maxCrashes, int limit) {
		return this.redis
			.run("rescue jobs", Script.RESCUE, this.historyLimit, Micros.of(lease), Integer.toString(maxCrashes),
					Integer.toString(limit), FailureText.write(LOST))
			.smallNumber();
	}

	@Override
	public int prune(Retention retention, int limit) {
		List<byte[]> arguments = this.redis.arguments(Integer.toString(limit), Micros.of(retention.succeeded()),
				Micros.of(retention.cancelled()), Micros.of(retention.dead()), Micros.of(ENDED_NODES_ARE_KEPT),
				Micros.of(AuditTrail.KEPT), Micros.of(retention.longest()));
		Stream.of(AuditEntry.Kind.values()).forEach((kind) -> arguments.add(Redis.bytes(kind.name())));
		return this.redis.run("prune jobs", Script.PRUNE, arguments).smallNumber();
	}

}
