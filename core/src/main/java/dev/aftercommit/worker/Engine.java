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

package dev.aftercommit.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NodeInfo;

/**
 * The workers from one start to the next stop: all parts, wired.
 */
final class Engine {

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	final NodeState node;

	final RunningAttempts running = new RunningAttempts();

	final Membership membership;

	final Loop heartbeat;

	final Watch watch;

	final Spokesman spokesman;

	final FailureLog failureLog;

	final OutcomeFlusher flusher;

	final Capacity capacity;

	final Slots slots;

	final ClaimLoop claimLoop;

	final Maintenance maintenance;

	final LocalDispatch localDispatch;

	final StartRules rules;

	private final @Nullable IdleNews idleNews;

	private final WorkerSettings settings;

	private final JobStore store;

	private AutoCloseable ear = () -> {
	};

	Engine(JobStore store, WorkerSettings settings, Jobs jobs, NodeState node) {
		this.store = store;
		this.settings = settings;
		this.node = node;
		Set<String> names = Set.copyOf(jobs.handlers().names());
		Outage heartbeatOutage = new Outage("tell the store that this node is alive", longestPause());
		this.membership = new Membership(store.nodes(), info(settings, names), settings, node::nanoTime,
				heartbeatOutage);
		this.heartbeat = new Loop("aftercommit-heartbeat", heartbeatOutage, this::beat);
		this.watch = new Watch(this.running, this.membership, node);
		this.spokesman = new Spokesman(store.leases(), node, new Outage("keep what jobs say", longestPause()));
		this.failureLog = new FailureLog(node::nanoTime);
		this.flusher = new OutcomeFlusher(store, jobs.listeners(), this.spokesman,
				new Outage("store outcomes", longestPause()), this.failureLog);
		AttemptRunner runner = new AttemptRunner(jobs, new RetryDecision(settings.retry(), Engine::random), this.watch,
				new BodyTransactions(store, jobs.handlers(), jobs.transactionManager()), this.failureLog);
		this.rules = new StartRules(settings, jobs.handlers());
		AttemptBuffer buffer = new AttemptBuffer();
		this.capacity = new Capacity(settings, buffer, node::nanoTime);
		this.slots = new Slots(settings, this.running, buffer, this.capacity, runner, this.flusher);
		this.maintenance = new Maintenance(store.leases(), settings, this.membership, node, Engine::random,
				this::rescued);
		this.claimLoop = new ClaimLoop(
				store.leases(), this.membership, this.capacity, this.slots, node, new ClaimLoop.ClaimSettings(settings,
						this.rules, Engine::random, this.maintenance::reclaimNow, store.wakeUps()::send),
				new Outage("claim jobs", longestPause()));
		this.localDispatch = new LocalDispatch(settings, this.rules, this.membership, this.capacity, this.slots, node,
				this.maintenance::reclaimSoon);
		this.idleNews = (jobs.events() != null)
				? new IdleNews(jobs.events(), settings.nodeName(), new Outage("tell that it is idle", longestPause()))
				: null;
	}

	private static double random() {
		return ThreadLocalRandom.current().nextDouble();
	}

	private Duration longestPause() {
		Duration half = this.settings.heartbeat().dividedBy(2);
		return (half.compareTo(LONGEST_PAUSE) < 0) ? half : LONGEST_PAUSE;
	}

	/** What this node says of itself. */
	private static NodeInfo info(WorkerSettings settings, Set<String> names) {
		Map<String, Integer> limits = new HashMap<>();
		settings.queueSettings().forEach((queue, own) -> {
			if (own.concurrency() != null) {
				limits.put(queue, own.concurrency());
			}
		});
		return new NodeInfo(settings.nodeName(), settings.applicationVersion(), names, settings.queues(),
				settings.concurrency(), limits);
	}

	void start() {
		this.membership.onChange(this::membershipChanged);
		this.capacity.onRoom(this.claimLoop.loop()::wakeUp);
		if (this.idleNews != null) {
			this.capacity.onIdle(this.idleNews::tell);
			this.idleNews.loop().start();
		}
		this.node.onWords(this.spokesman::hear);
		this.spokesman.loop().start();
		this.flusher.onKeysGivenBack(this.claimLoop.loop()::wakeUp);
		this.slots.start();
		this.watch.loop().start();
		this.flusher.loop().start();
		this.maintenance.loop().start();
		this.claimLoop.loop().startAndKeepAlive();
		this.heartbeat.start();
		this.ear = this.store.wakeUps().listen(this.claimLoop.loop()::wakeUp);
	}

	private long beat() {
		this.failureLog.sumUp();
		long next = this.membership.beat();
		if (this.membership.learnOrders()) {
			this.watch.loop().wakeUp();
		}
		return next;
	}

	/** What only tells needn't be waited for. */
	void closeNews() {
		this.spokesman.loop().close();
		if (this.idleNews != null) {
			this.idleNews.loop().close();
		}
	}

	AutoCloseable ear() {
		return this.ear;
	}

	WorkerSettings settings() {
		return this.settings;
	}

	/** Jobs wait: look at once, and let nobody jump the queue until then. */
	void wakeUp() {
		this.capacity.seeBacklog();
		this.claimLoop.loop().wakeUp();
	}

	private void membershipChanged() {
		this.watch.loop().wakeUp();
		this.claimLoop.loop().wakeUp();
		this.maintenance.loop().wakeUp();
	}

	private void rescued() {
		wakeUp();
		this.store.wakeUps().send();
	}

	WorkerStatus status(Clock clock) {
		long now = this.node.nanoTime();
		Instant wallNow = clock.instant();
		List<WorkerStatus.InterruptedBody> interrupted = new ArrayList<>();
		this.running.forEach((attempt) -> {
			if (attempt.interruption() != null) {
				interrupted.add(new WorkerStatus.InterruptedBody(attempt.jobId(), attempt.job().name(),
						attempt.attempt(), wallNow.minusNanos(now - attempt.interruptedNanos())));
			}
		});
		NodeSession session = this.membership.session();
		return new WorkerStatus(true, this.node.isStopping(), (session != null) ? session.number() : null,
				(session != null) ? Duration.ofNanos(now - session.beatNanos()) : null,
				session != null && session.isQuiet(), session != null && session.isFresh(now),
				this.settings.concurrency(), this.capacity.inHand(), this.running.count(), this.flusher.unstored(),
				this.flusher.stale(), interrupted);
	}

}
