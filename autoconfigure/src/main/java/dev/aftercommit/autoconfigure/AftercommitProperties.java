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

package dev.aftercommit.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import dev.aftercommit.MissedRuns;
import dev.aftercommit.store.RateLimit;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * Settings of background jobs. A setting that makes no sense, alone or beside another,
 * fails the start-up with what to change.
 *
 * @param enabled Whether calls of annotated methods become background jobs. When false,
 * nothing is proxied and nothing is stored: annotated methods run as plain methods, in
 * the caller's thread.
 * @param store Where jobs are kept.
 * @param worker Workers of this node.
 * @param queues Settings of single queues, by name: 'concurrency' is the maximum number
 * of jobs of that queue that run on this node at the same time; 'weight', 1 to 100, is
 * how many of its jobs are claimed for each one of a queue of weight 1, where both have
 * more than there is room for; 'rate-limit', such as 100/1m, is how many of its jobs
 * start in a time, over all nodes.
 * @param retry When to try a failed job again.
 * @param retention How long ended jobs are kept.
 * @param payload What a job may carry.
 * @param jdbc The store in the application's own database.
 * @param redis The store in Redis.
 * @param recurring Schedules of recurring jobs, by name. One of the name of a
 * '@RecurringJob' method's job changes what it sets of that; any other needs 'job', the
 * name of a job without arguments, and either 'cron' (with 'zone') or 'every'. 'enabled',
 * 'missed' (RUN_ONCE, SKIP or CATCH_UP) and 'max-catch-up' as there.
 */
@ConfigurationProperties("aftercommit")
public record AftercommitProperties(@DefaultValue("true") boolean enabled, @DefaultValue("auto") Store store,
		@DefaultValue Worker worker, @DefaultValue Map<String, Queue> queues, @DefaultValue Retry retry,
		@DefaultValue Retention retention, @DefaultValue Payload payload, @DefaultValue Jdbc jdbc,
		@DefaultValue Redis redis, @DefaultValue Map<String, Recurring> recurring) {

	public AftercommitProperties {
		queues.forEach(AftercommitProperties::checkQueue);
	}

	private static void checkQueue(String name, Queue queue) {
		SettingException.unless(!name.isBlank() && name.length() <= 100, "aftercommit.queues", name,
				"must be the name of a queue, of 1 to 100 characters", "Name it as the annotation's 'queue' does.");
		Integer concurrency = queue.concurrency();
		SettingException.unless(concurrency == null || (concurrency >= 1 && concurrency <= 10_000),
				"aftercommit.queues." + name + ".concurrency", (concurrency != null) ? concurrency : "null",
				"must be between 1 and 10000",
				"Set it to the number of jobs of this queue that this node may run at once, or remove it for no limit"
						+ " of its own.");
		SettingException.unless(queue.weight() >= 1 && queue.weight() <= 100, "aftercommit.queues." + name + ".weight",
				queue.weight(), "must be between 1 and 100",
				"Set it to how many jobs of this queue are to be claimed for each one of a queue of weight 1, or remove"
						+ " it for 1.");
		checkRateLimit("aftercommit.queues." + name + ".rate-limit", queue);
	}

	private static void checkRateLimit(String property, Queue queue) {
		try {
			queue.parsedRateLimit();
		}
		catch (IllegalArgumentException ex) {
			throw new SettingException(
					"'%s' (%s) can't be kept: %s.".formatted(property, queue.rateLimit(), ex.getMessage()),
					"Set it to " + RateLimit.NOTATION + ", or remove it for no limit.");
		}
	}

	/**
	 * Where jobs are kept.
	 */
	public enum Store {

		/** In the application's database; in Redis if there is one and no database. */
		AUTO,

		/** In the application's database. */
		JDBC,

		/** In Redis, with an outbox in the application's database if there is one. */
		REDIS,

		/** In this JVM: everything is lost at its end. For tests and demonstrations. */
		MEMORY

	}

	/**
	 * Workers of this node.
	 *
	 * @param enabled Whether this node runs jobs. When false it only enqueues.
	 * @param concurrency Maximum number of jobs that run on this node at the same time, 1
	 * to 10000.
	 * @param queues Queues that this node serves; an asterisk serves all there are.
	 * @param pollInterval Time between two looks for jobs when no hint came, 10
	 * milliseconds to 1 hour.
	 * @param lease Time after which a silent node's jobs are given to others, 1 second to
	 * 1 hour. Store clock.
	 * @param heartbeat Time between two signs of life of this node. At most a third of
	 * the lease.
	 * @param shutdownTimeout Time that running jobs get to end when the application
	 * stops. Must be below 'spring.lifecycle.timeout-per-shutdown-phase'.
	 * @param localDispatch Whether the node that enqueued a job may run it at once when a
	 * worker is free.
	 * @param maxCrashes Number of times that a job's node may be lost during it before it
	 * is given up, 1 to 1000.
	 */
	public record Worker(@DefaultValue("true") boolean enabled, @DefaultValue("10") int concurrency,
			@DefaultValue("*") Set<String> queues, @DefaultValue("1s") Duration pollInterval,
			@DefaultValue("30s") Duration lease, @DefaultValue("10s") Duration heartbeat,
			@DefaultValue("20s") Duration shutdownTimeout, @DefaultValue("true") boolean localDispatch,
			@DefaultValue("3") int maxCrashes) {

		private static final Duration HOUR = Duration.ofHours(1);

		public Worker {
			queues = Set.copyOf(queues);
			SettingException.unless(concurrency >= 1 && concurrency <= 10_000, "aftercommit.worker.concurrency",
					concurrency, "must be between 1 and 10000",
					"Set it to the number of jobs that this node may run at once, or set"
							+ " 'aftercommit.worker.enabled' to false for a node that only enqueues.");
			checkQueues(queues);
			between("poll-interval", pollInterval, Duration.ofMillis(10), HOUR);
			between("lease", lease, Duration.ofSeconds(1), HOUR);
			between("heartbeat", heartbeat, Duration.ofMillis(10), HOUR);
			SettingException.unless(heartbeat.multipliedBy(3).compareTo(lease) <= 0, "aftercommit.worker.heartbeat",
					heartbeat,
					"must be at most a third of 'aftercommit.worker.lease' (" + SettingException.text(lease)
							+ "), so that one missed beat loses no job",
					"Set 'aftercommit.worker.heartbeat' to at most " + SettingException.text(lease.dividedBy(3))
							+ ", or 'aftercommit.worker.lease' to at least "
							+ SettingException.text(heartbeat.multipliedBy(3)) + ".");
			between("shutdown-timeout", shutdownTimeout, Duration.ZERO, HOUR);
			SettingException.unless(maxCrashes >= 1 && maxCrashes <= 1000, "aftercommit.worker.max-crashes", maxCrashes,
					"must be between 1 and 1000",
					"Set it to 1 to give a job up when its node was lost once, or to more.");
		}

		private static void checkQueues(Set<String> queues) {
			String property = "aftercommit.worker.queues";
			SettingException.unless(!queues.isEmpty(), property, queues, "names no queue",
					"Name the queues that this node serves, use \"*\" for all, or set 'aftercommit.worker.enabled'"
							+ " to false for a node that only enqueues.");
			SettingException.unless(queues.size() == 1 || !queues.contains("*"), property, queues,
					"has \"*\" beside names", "Use \"*\" alone for all queues, or name those that this node serves.");
			SettingException.unless(queues.stream().allMatch((queue) -> !queue.isBlank() && queue.length() <= 100),
					property, queues, "must have names of 1 to 100 characters",
					"Name the queues as the annotations' 'queue' do.");
		}

		private static void between(String name, Duration value, Duration min, Duration max) {
			String range = SettingException.text(min) + " and " + SettingException.text(max);
			SettingException.unless(value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
					"aftercommit.worker." + name, value, "must be between " + range,
					"Set it to a duration between " + range + ".");
		}

		/**
		 * The queues that this node serves.
		 * @return their names, or {@code null} for all there are
		 */
		@Nullable Set<String> servedQueues() {
			return this.queues.contains("*") ? null : this.queues;
		}

	}

	/**
	 * Limits of one queue.
	 *
	 * @param concurrency Maximum number of jobs of this queue that run on this node at
	 * the same time, 1 to 10000. No limit of its own unless set.
	 * @param weight How many of its jobs are claimed for each one of a queue of weight 1,
	 * where both have more than there is room for, 1 to 100.
	 * @param rateLimit How many of its jobs start in a time, over all nodes, such as
	 * 100/1m: a number, a slash and a duration with a unit. No limit unless set.
	 */
	public record Queue(@Nullable Integer concurrency, @DefaultValue("1") int weight, @Nullable String rateLimit) {

		/**
		 * How many of its jobs start in a time.
		 * @return the limit, or {@code null} for none
		 */
		@Nullable RateLimit parsedRateLimit() {
			return (this.rateLimit != null) ? RateLimit.parse(this.rateLimit) : null;
		}

	}

	/**
	 * When to try a failed job again.
	 *
	 * @param maxAttempts Total number of runs, the first one included, unless the
	 * annotation says otherwise, 1 to 10000.
	 * @param initialInterval Time to wait before the second run.
	 * @param multiplier How much longer each further wait is than the one before, 1 or
	 * more.
	 * @param maxInterval Longest time to wait between two runs.
	 * @param jitter Share of the interval by which it varies at random, 0 to 1.
	 */
	public record Retry(@DefaultValue("10") int maxAttempts, @DefaultValue("5s") Duration initialInterval,
			@DefaultValue("2") double multiplier, @DefaultValue("1h") Duration maxInterval,
			@DefaultValue("0.2") double jitter) {

		public Retry {
			SettingException.unless(maxAttempts >= 1 && maxAttempts <= 10_000, "aftercommit.retry.max-attempts",
					maxAttempts, "must be between 1 and 10000", "Set it to 1 to try each job only once, or to more.");
			SettingException.unless(!initialInterval.isNegative(), "aftercommit.retry.initial-interval",
					initialInterval, "must not be negative", "Set it to 0s to try again at once, or to more.");
			SettingException.unless(multiplier >= 1 && multiplier <= 1_000, "aftercommit.retry.multiplier", multiplier,
					"must be between 1 and 1000", "Set it to 1 for equal intervals, or to more for growing ones.");
			SettingException.unless(maxInterval.compareTo(initialInterval) >= 0, "aftercommit.retry.max-interval",
					maxInterval,
					"must not be shorter than 'aftercommit.retry.initial-interval' ("
							+ SettingException.text(initialInterval) + ")",
					"Set it to at least " + SettingException.text(initialInterval) + ", or shorten the initial one.");
			SettingException.unless(maxInterval.toDays() <= 365, "aftercommit.retry.max-interval", maxInterval,
					"must be at most 365d", "Set it to the longest time that a job may wait for its next run.");
			SettingException.unless(jitter >= 0 && jitter <= 1, "aftercommit.retry.jitter", jitter,
					"must be between 0 and 1", "Set it to the share of the interval that may vary: 0.2 for 20 %.");
		}

	}

	/**
	 * How long ended jobs are kept. Store clock.
	 *
	 * @param succeeded How long jobs that ended well are kept, with their results.
	 * @param dead How long jobs that were given up are kept.
	 * @param cancelled How long cancelled jobs are kept.
	 */
	public record Retention(@DefaultValue("1d") Duration succeeded, @DefaultValue("30d") Duration dead,
			@DefaultValue("1d") Duration cancelled) {

		public Retention {
			check("succeeded", succeeded);
			check("dead", dead);
			check("cancelled", cancelled);
		}

		private static void check(String name, Duration value) {
			SettingException.unless(value.toMillis() > 0 && value.toDays() <= 36_500, "aftercommit.retention." + name,
					value, "must be more than zero and at most 36500d",
					"Set it to the time for which such jobs can still be looked up after their end.");
		}

	}

	/**
	 * What a job may carry.
	 *
	 * @param maxSize Largest size of a job's arguments, and of its result, as stored
	 * text: 1 byte to 1 MB.
	 */
	public record Payload(@DefaultValue("256KB") DataSize maxSize) {

		public Payload {
			SettingException.unless(maxSize.toBytes() >= 1 && maxSize.toBytes() <= DataSize.ofMegabytes(1).toBytes(),
					"aftercommit.payload.max-size", maxSize, "must be between 1B and 1MB",
					"Set it to at most 1MB. Keep larger data where it is, and hand the job a reference to it.");
		}

	}

	/**
	 * The store in the application's own database.
	 *
	 * @param tablePrefix Beginning of the names of all tables.
	 * @param schema Schema that the tables are in. The connection's own unless set.
	 * @param initializeSchema Whether tables are created and migrated at the start. When
	 * false they must be there already.
	 * @param notifyNodes Whether nodes tell each other of new jobs through the database
	 * where it can (PostgreSQL's LISTEN and NOTIFY). Up to three connections per node,
	 * beside its pool.
	 */
	public record Jdbc(@DefaultValue("aftercommit_") String tablePrefix, @Nullable String schema,
			@DefaultValue("true") boolean initializeSchema, @Name("notify") @DefaultValue("true") boolean notifyNodes) {

		private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,30}");

		public Jdbc {
			checkIdentifier("table-prefix", tablePrefix);
			if (schema != null) {
				checkIdentifier("schema", schema);
			}
		}

		private static void checkIdentifier(String name, String value) {
			SettingException.unless(IDENTIFIER.matcher(value).matches(), "aftercommit.jdbc." + name, value,
					"must be a letter or underscore, followed by at most 30 letters, digits and underscores",
					"Use such a name: it becomes part of SQL statements, where it can't be quoted.");
		}

	}

	/**
	 * The store in Redis.
	 *
	 * @param keyPrefix Beginning of the names of all keys.
	 * @param outbox Whether jobs are kept in the database of the caller's transaction
	 * until Redis has them for good. Needs a DataSource. When false, or without one, a
	 * job is lost if the application dies between the commit and Redis' answer.
	 * @param outboxGrace How long the outbox keeps a job that Redis has taken where Redis
	 * can't tell that it survives a crash. Longer than what Redis may lose, 1 second to 1
	 * hour.
	 * @param historyLimit Number of jobs of each ended state that are kept at most, the
	 * latest ones, 1000 to 100000000.
	 */
	public record Redis(@DefaultValue("aftercommit") String keyPrefix, @DefaultValue("true") boolean outbox,
			@DefaultValue("10s") Duration outboxGrace, @DefaultValue("100000") int historyLimit) {

		private static final Pattern KEY_PREFIX = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

		public Redis {
			SettingException.unless(KEY_PREFIX.matcher(keyPrefix).matches(), "aftercommit.redis.key-prefix", keyPrefix,
					"must be 1 to 64 letters, digits, dots, underscores, colons and hyphens",
					"Use such a name: all keys begin with it, in braces, so that a Redis Cluster keeps them together.");
			SettingException.unless(
					outboxGrace.compareTo(Duration.ofSeconds(1)) >= 0
							&& outboxGrace.compareTo(Duration.ofHours(1)) <= 0,
					"aftercommit.redis.outbox-grace", outboxGrace, "must be between 1s and 1h",
					"Set it to more than Redis may lose in a crash or a failover, such as 10s.");
			SettingException.unless(historyLimit >= 1_000 && historyLimit <= 100_000_000,
					"aftercommit.redis.history-limit", historyLimit, "must be between 1000 and 100000000",
					"Set it to the number of ended jobs that Redis' memory has room for.");
		}

	}

	/**
	 * A schedule of recurring jobs. What is not set is what the '@RecurringJob' method of
	 * that name says, or the default.
	 *
	 * @param enabled Whether it fires.
	 * @param job Name or former name of the job that it enqueues, one without arguments.
	 * @param cron Fire times as a cron expression of six fields, the seconds first, or a
	 * macro such as '@daily'.
	 * @param every Time between two fire times, counted from 1970 in UTC on the store's
	 * clock, 1 second to 365 days.
	 * @param zone Time zone of 'cron', UTC unless set.
	 * @param missed What becomes of fire times that passed more than a lease before a
	 * node was there, RUN_ONCE unless set.
	 * @param maxCatchUp Number of missed fire times that get a job at most, with 'missed'
	 * of CATCH_UP, 1 to 1000. 100 unless set.
	 */
	public record Recurring(@DefaultValue("true") boolean enabled, @Nullable String job, @Nullable String cron,
			@Nullable Duration every, @Nullable String zone, @Nullable MissedRuns missed,
			@Nullable Integer maxCatchUp) {

	}

}
