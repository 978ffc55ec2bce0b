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

package dev.aftercommit.store.memory;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.state.ActionChain;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.AbstractStoreStateTests;
import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.StoreGame;
import dev.aftercommit.store.StoreHarness;
import dev.aftercommit.store.WakeUps;
import dev.aftercommit.store.Words;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The state machine in memory, and a check that the games find planted defects.
 */
@PropertyDefaults(tries = 500)
class MemoryStoreStateTests extends AbstractStoreStateTests {

	private static final int ENOUGH_GAMES = 500;

	@Override
	protected StoreHarness newHarness() {
		return new MemoryStoreHarness();
	}

	@Property(tries = 1, seed = "20261124")
	void gamesApplyOutcomes() {
		AtomicInteger effective = new AtomicInteger();
		games(this::newHarness).sampleStream()
			.limit(100)
			.forEach((game) -> effective.addAndGet(game.run().effective()));
		assertThat(effective).hasValueGreaterThan(300);
	}

	@Property(tries = 1, seed = "20261124")
	void aStoreThatIgnoresTheTokenIsFound() {
		assertFound(IgnoresTheToken::new);
	}

	@Property(tries = 1, seed = "20261124")
	void aStoreThatTakesTheNodeForTheTokenIsFound() {
		assertFound(ComparesOnlyTheNode::new);
	}

	@Property(tries = 1, seed = "20261124")
	void aStoreThatCountsReleasedAttemptsIsFound() {
		assertFound(CountsReleases::new);
	}

	@Property(tries = 1, seed = "20261124")
	void aStoreThatRescuesFromTheLivingIsFound() {
		assertFound(RescuesTooEarly::new);
	}

	@Property(tries = 1, seed = "20261124")
	void aStoreThatForgetsCrashesIsFound() {
		assertFound(ForgetsCrashes::new);
	}

	@Property(tries = 1, seed = "20261124")
	void aStoreThatPrunesTooEarlyIsFound() {
		assertFound(PrunesTooEarly::new);
	}

	private static void assertFound(UnaryOperator<JobLeases> defect) {
		boolean found = games(() -> new Planted(new MemoryStoreHarness(), defect)).sampleStream()
			.limit(ENOUGH_GAMES)
			.anyMatch(MemoryStoreStateTests::fails);
		assertThat(found).as("found within %d games", ENOUGH_GAMES).isTrue();
	}

	private static boolean fails(ActionChain<StoreGame> game) {
		try {
			game.run();
			return false;
		}
		catch (AssertionError ex) {
			return true;
		}
	}

	/** A store that works but for its leases. */
	private record Planted(MemoryStoreHarness real, JobLeases leases) implements StoreHarness, JobStore {

		Planted(MemoryStoreHarness real, UnaryOperator<JobLeases> defect) {
			this(real, defect.apply(real.store().leases()));
		}

		@Override
		public JobStore store() {
			return this;
		}

		@Override
		public void advance(Duration duration) {
			this.real.advance(duration);
		}

		@Override
		public String description() {
			return "planted";
		}

		@Override
		public boolean canJoinTransactions() {
			return false;
		}

		@Override
		public JobIntake intake() {
			return this.real.store().intake();
		}

		@Override
		public Nodes nodes() {
			return this.real.store().nodes();
		}

		@Override
		public JobDirectory directory() {
			return this.real.store().directory();
		}

		@Override
		public JobOrders orders() {
			return this.real.store().orders();
		}

		@Override
		public Overview overview() {
			return this.real.store().overview();
		}

		@Override
		public AuditTrail auditTrail() {
			return this.real.store().auditTrail();
		}

		@Override
		public Flow flow() {
			return this.real.store().flow();
		}

		@Override
		public Recurrences recurrences() {
			return this.real.store().recurrences();
		}

		@Override
		public WakeUps wakeUps() {
			return WakeUps.NONE;
		}

		@Override
		public void close() {
		}

	}

	private static class Faithful implements JobLeases {

		private final JobLeases real;

		private final Map<UUID, Lease> present = new HashMap<>();

		Faithful(JobLeases real) {
			this.real = real;
		}

		@Override
		public Claim claim(ClaimRequest request) {
			Claim claim = this.real.claim(request);
			claim.jobs().forEach((job) -> this.present.put(job.id(), job.lease()));
			return claim;
		}

		@Override
		public int promote(int limit) {
			return this.real.promote(limit);
		}

		@Override
		public Set<UUID> apply(List<Ending> endings) {
			return this.real.apply(endings.stream().map(this::changed).toList());
		}

		Ending changed(Ending ending) {
			return ending;
		}

		Ending withPresentLease(Ending ending) {
			ClaimedJob job = ending.job();
			return new Ending(new ClaimedJob(job.id(), job.name(), job.queue(), job.priority(), job.attempt(),
					job.arguments(), job.headers(), this.present.get(job.id()), job.waited(), job.forgiven()),
					ending.outcome());
		}

		Lease present(Ending ending) {
			return this.present.get(ending.job().id());
		}

		@Override
		public void note(List<Words> words) {
			this.real.note(words);
		}

		@Override
		public int reclaim(long node, Set<Long> held, long below) {
			return this.real.reclaim(node, held, below);
		}

		@Override
		public int rescue(Duration lease, int maxCrashes, int limit) {
			return this.real.rescue(lease, maxCrashes, limit);
		}

		@Override
		public int prune(Retention retention, int limit) {
			return this.real.prune(retention, limit);
		}

	}

	private static final class IgnoresTheToken extends Faithful {

		IgnoresTheToken(JobLeases real) {
			super(real);
		}

		@Override
		Ending changed(Ending ending) {
			return withPresentLease(ending);
		}

	}

	private static final class ComparesOnlyTheNode extends Faithful {

		ComparesOnlyTheNode(JobLeases real) {
			super(real);
		}

		@Override
		Ending changed(Ending ending) {
			return (present(ending).node() == ending.job().lease().node()) ? withPresentLease(ending) : ending;
		}

	}

	private static final class CountsReleases extends Faithful {

		CountsReleases(JobLeases real) {
			super(real);
		}

		@Override
		Ending changed(Ending ending) {
			Failure failure = new Failure(AttemptOutcome.INTERRUPTED, "", "");
			return (ending.outcome() instanceof Outcome.Released)
					? new Ending(ending.job(), new Outcome.Retry(Duration.ZERO, failure)) : ending;
		}

	}

	private static final class RescuesTooEarly extends Faithful {

		RescuesTooEarly(JobLeases real) {
			super(real);
		}

		@Override
		public int rescue(Duration lease, int maxCrashes, int limit) {
			return super.rescue(lease.dividedBy(2), maxCrashes, limit);
		}

	}

	private static final class ForgetsCrashes extends Faithful {

		ForgetsCrashes(JobLeases real) {
			super(real);
		}

		@Override
		public int rescue(Duration lease, int maxCrashes, int limit) {
			return super.rescue(lease, Integer.MAX_VALUE, limit);
		}

	}

	private static final class PrunesTooEarly extends Faithful {

		PrunesTooEarly(JobLeases real) {
			super(real);
		}

		@Override
		public int prune(Retention retention, int limit) {
			return super.prune(new Retention(retention.succeeded(), Duration.ZERO, retention.dead()), limit);
		}

	}

}
