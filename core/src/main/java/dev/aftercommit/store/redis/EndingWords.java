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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Outcome;

/**
 * Ends of attempts, lease by lease, as {@code apply.lua} takes them.
 */
final class EndingWords {

	private static final byte[] DONE = Redis.bytes("done");

	private static final byte[] RETURNED = Redis.bytes("returned");

	private static final byte[] RESULT = Redis.bytes("result");

	private static final byte[] RETRY = Redis.bytes("retry");

	private static final byte[] DEAD = Redis.bytes("dead");

	private static final byte[] CANCELLED = Redis.bytes("cancelled");

	private static final byte[] SNOOZED = Redis.bytes("snoozed");

	private static final byte[] RELEASED = Redis.bytes("released");

	private final Map<Long, Map<Long, OfLease>> leases = new LinkedHashMap<>();

	private final int size;

	EndingWords(List<Ending> endings) {
		endings.forEach((ending) -> of(ending.job().lease()).add(ending));
		this.size = endings.size();
	}

	private OfLease of(Lease lease) {
		return this.leases.computeIfAbsent(lease.node(), (node) -> new LinkedHashMap<>())
			.computeIfAbsent(lease.token(), (token) -> new OfLease());
	}

	/**
	 * Add what the script takes.
	 * @param arguments what to add to
	 * @return the jobs, in the order in which the script numbers them
	 */
	List<UUID> addTo(List<byte[]> arguments) {
		List<UUID> ids = new ArrayList<>(this.size);
		this.leases.forEach((node, tokens) -> tokens.forEach((token, ended) -> {
			arguments.add(Redis.bytes(Long.toString(node)));
			arguments.add(Redis.bytes(Long.toString(token)));
			ended.addTo(arguments, ids);
		}));
		return ids;
	}

	private static void add(List<byte[]> arguments, Ending ending) {
		addOutcome(arguments, ending);
		if (!(ending.outcome() instanceof Outcome.Succeeded)) {
			arguments.add(Redis.bytes(Micros.of(ending.job().waited())));
		}
	}

	private static void addOutcome(List<byte[]> arguments, Ending ending) {
		Outcome outcome = ending.outcome();
		if (outcome instanceof Outcome.Succeeded succeeded) {
			String result = succeeded.result();
			boolean keyed = ending.job().terms().isKeyed();
			if (result != null) {
				arguments.add(keyed ? RETURNED : RESULT);
				arguments.add(Redis.bytes(result));
			}
			else {
				arguments.add(DONE);
			}
		}
		else if (outcome instanceof Outcome.Retry retry) {
			arguments.add(RETRY);
			arguments.add(Redis.bytes(Micros.of(retry.delay())));
			arguments.add(Redis.bytes(FailureText.write(retry.failure())));
		}
		else if (outcome instanceof Outcome.Snoozed snoozed) {
			arguments.add(SNOOZED);
			arguments.add(Redis.bytes(Micros.of(snoozed.delay())));
		}
		else if (outcome instanceof Outcome.Dead dead) {
			arguments.add(DEAD);
			arguments.add(Redis.bytes(dead.reason().name()));
			arguments.add(Redis.bytes(FailureText.write(dead.failure())));
		}
		else if (outcome instanceof Outcome.Cancelled cancelled) {
			arguments.add(CANCELLED);
			arguments.add(Redis.bytes(FailureText.write(cancelled.failure())));
		}
		else {
			arguments.add(RELEASED);
		}
	}

	/** Those of one lease. */
	private static final class OfLease {

		private final List<UUID> done = new ArrayList<>();

		private final List<Ending> others = new ArrayList<>();

		void add(Ending ending) {
			if (ending.outcome() instanceof Outcome.Succeeded succeeded && succeeded.result() == null
					&& !ending.job().terms().isKeyed()) {
				this.done.add(ending.job().id());
			}
			else {
				this.others.add(ending);
			}
		}

		void addTo(List<byte[]> arguments, List<UUID> ids) {
			StringBuilder written = new StringBuilder(this.done.size() * Ids.LENGTH);
			this.done.forEach(written::append);
			arguments.add(Redis.bytes(written.toString()));
			arguments.add(Redis.bytes(Integer.toString(this.others.size())));
			ids.addAll(this.done);
			this.others.forEach((ending) -> {
				ids.add(ending.job().id());
				arguments.add(Ids.write(ending.job().id()));
				EndingWords.add(arguments, ending);
			});
		}

	}

}
