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

package dev.aftercommit.faults.app;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.LeaseLostException;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.WakeUps;
import dev.aftercommit.store.Words;

/**
 * A store without a fence: each outcome is applied under whatever lease the job has at
 * that moment. With it, the checker must find what the fence prevents.
 */
final class FencelessStore implements JobStore {

	private static final Logger logger = LoggerFactory.getLogger(FencelessStore.class);

	private final JobStore store;

	private final ObjectProvider<DataSource> dataSource;

	FencelessStore(JobStore store, ObjectProvider<DataSource> dataSource) {
		this.store = store;
		this.dataSource = dataSource;
	}

	@Override
	public String description() {
		return this.store.description() + ", without its fence";
	}

	@Override
	public boolean canJoinTransactions() {
		return this.store.canJoinTransactions();
	}

	@Override
	public JobIntake intake() {
		return this.store.intake();
	}

	@Override
	public JobLeases leases() {
		return new FencelessLeases(this.store.leases(), new JdbcTemplate(this.dataSource.getObject()));
	}

	@Override
	public Nodes nodes() {
		return this.store.nodes();
	}

	@Override
	public JobDirectory directory() {
		return this.store.directory();
	}

	@Override
	public Overview overview() {
		return this.store.overview();
	}

	@Override
	public AuditTrail auditTrail() {
		return this.store.auditTrail();
	}

	@Override
	public Flow flow() {
		return this.store.flow();
	}

	@Override
	public Recurrences recurrences() {
		return this.store.recurrences();
	}

	@Override
	public JobOrders orders() {
		return this.store.orders();
	}

	@Override
	public WakeUps wakeUps() {
		return this.store.wakeUps();
	}

	private record FencelessLeases(JobLeases leases, JdbcTemplate jdbc) implements JobLeases {

		@Override
		public Claim claim(ClaimRequest request) {
			return this.leases.claim(request);
		}

		@Override
		public int promote(int limit) {
			return this.leases.promote(limit);
		}

		@Override
		public int settle(int limit) {
			return this.leases.settle(limit);
		}

		@Override
		public Set<UUID> apply(List<Ending> endings) {
			return this.leases.apply(endings.stream().map(this::underThePresentLease).toList());
		}

		@Override
		public void completeInTransaction(ClaimedJob job, Outcome.Returned outcome) {
			Ending present = underThePresentLease(new Ending(job, outcome));
			try {
				this.leases.completeInTransaction(present.job(), outcome);
			}
			catch (LeaseLostException ex) {
				// Without a fence, whoever comes too late commits all the same.
				logger.info("Would have been fenced: {}", ex.getMessage());
			}
		}

		private Ending underThePresentLease(Ending ending) {
			ClaimedJob job = ending.job();
			return this.jdbc
				.query("SELECT node, token FROM aftercommit_running WHERE id = ?",
						(row, number) -> new Lease(row.getLong(1), row.getLong(2)), job.id())
				.stream()
				.findFirst()
				.map((lease) -> new Ending(new ClaimedJob(job.id(), job.name(), job.queue(), job.priority(),
						job.attempt(), job.arguments(), job.headers(), lease, job.waited(), job.forgiven()),
						ending.outcome()))
				.orElse(ending);
		}

		@Override
		public void note(List<Words> words) {
			this.leases.note(words);
		}

		@Override
		public int reclaim(long node, Set<Long> held, long below) {
			return this.leases.reclaim(node, held, below);
		}

		@Override
		public int rescue(Duration lease, int maxCrashes, int limit) {
			return this.leases.rescue(lease, maxCrashes, limit);
		}

		@Override
		public int prune(Retention retention, int limit) {
			return this.leases.prune(retention, limit);
		}

	}

}
