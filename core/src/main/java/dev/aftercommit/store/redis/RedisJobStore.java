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
import java.util.function.Supplier;

import org.springframework.data.redis.connection.RedisConnectionFactory;

import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Durability;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.WakeUps;

/**
 * Keeps jobs in Redis 6.2 or later, or Valkey: alone, with Sentinel, or as a Cluster.
 * Joins no transaction, so every enqueue in one is best-effort unless an outbox stands
 * before it.
 */
public final class RedisJobStore implements JobStore, AutoCloseable {

	private final Redis redis;

	private final JobIntake intake;

	private final JobLeases leases;

	private final Nodes nodes;

	private final JobDirectory directory;

	private final Overview overview;

	private final Flow flow;

	private final Recurrences recurrences;

	private final JobOrders orders;

	private final AuditTrail auditTrail;

	private final RedisWakeUps wakeUps;

	private final RedisDurability durability;

	/**
	 * Create a store. Asks Redis nothing: whether it answers is seen at the first use.
	 * @param connections where connections come from; stays open when the store is closed
	 * @param settings how to use Redis
	 */
	public RedisJobStore(RedisConnectionFactory connections, RedisStoreSettings settings) {
		this(connections, settings, () -> Duration.ZERO);
	}

	/**
	 * For tests, which move the store's clock.
	 */
	RedisJobStore(RedisConnectionFactory connections, RedisStoreSettings settings, Supplier<Duration> clockOffset) {
		this.redis = new Redis(connections, settings.keyPrefix(), clockOffset);
		this.intake = new RedisIntake(this.redis);
		this.leases = new RedisLeases(this.redis, settings);
		this.nodes = new RedisNodes(this.redis);
		this.overview = new RedisOverview(this.redis);
		this.recurrences = new RedisRecurrences(this.redis);
		this.flow = new RedisFlow(this.redis);
		RedisOrders orders = new RedisOrders(this.redis, settings);
		this.orders = orders;
		this.directory = new RedisDirectory(this.redis, orders);
		this.auditTrail = new RedisAuditTrail(this.redis);
		this.wakeUps = new RedisWakeUps(connections, this.redis, settings.keyPrefix());
		this.durability = new RedisDurability(new OwnConnection(connections, settings.keyPrefix()),
				settings.keyPrefix());
	}

	@Override
	public String description() {
		return this.redis.description();
	}

	@Override
	public boolean canJoinTransactions() {
		return false;
	}

	@Override
	public JobIntake intake() {
		return this.intake;
	}

	@Override
	public JobLeases leases() {
		return this.leases;
	}

	@Override
	public Nodes nodes() {
		return this.nodes;
	}

	@Override
	public JobDirectory directory() {
		return this.directory;
	}

	@Override
	public Overview overview() {
		return this.overview;
	}

	@Override
	public Flow flow() {
		return this.flow;
	}

	@Override
	public Recurrences recurrences() {
		return this.recurrences;
	}

	@Override
	public JobOrders orders() {
		return this.orders;
	}

	@Override
	public AuditTrail auditTrail() {
		return this.auditTrail;
	}

	@Override
	public WakeUps wakeUps() {
		return this.wakeUps;
	}

	/**
	 * Whether what was enqueued survives a crash of Redis: for those who keep it
	 * elsewhere until it does.
	 * @return the durability
	 */
	public Durability durability() {
		return this.durability;
	}

	/**
	 * Gives back what the store keeps for its hints and for {@link #durability}. Jobs can
	 * still be written and read.
	 */
	@Override
	public void close() {
		this.wakeUps.close();
		this.durability.close();
	}

}
