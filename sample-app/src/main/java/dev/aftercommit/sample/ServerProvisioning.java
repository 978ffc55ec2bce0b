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

package dev.aftercommit.sample;

import java.time.Clock;
import java.util.Objects;
import java.util.function.Consumer;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Boots and terminates servers in the background: of one server one after the other.
 */
@Service
class ServerProvisioning {

	private static final Logger logger = LoggerFactory.getLogger(ServerProvisioning.class);

	private final ServerRepository servers;

	private final Hypervisor hypervisor;

	private final TransactionOperations transactions;

	private final Clock clock;

	ServerProvisioning(ServerRepository servers, Hypervisor hypervisor, TransactionOperations transactions,
			Clock clock) {
		this.servers = servers;
		this.hypervisor = hypervisor;
		this.transactions = transactions;
		this.clock = clock;
	}

	// tag::boot[]
	@BackgroundJob(name = "server.boot", queue = "provisioning", maxAttempts = 5, timeout = "10m",
			concurrencyKey = "'server:' + #serverId", tags = { "'server:' + #serverId", "'account:' + #accountId" },
			discardFor = NoSuchServerException.class)
	public JobHandle<BootReport> boot(long serverId, long accountId) {
		JobContext job = JobContext.current();
		logger.info("Server {} boots, attempt {}", serverId, job.attempt());
		ServerState state = change(serverId, (server) -> server.reach(ServerState.BOOTING));
		if (state == ServerState.BOOTING) {
			for (BootStep step : BootStep.values()) {
				job.log(step.text());
				this.hypervisor.start(step, serverId, job::checkpoint);
				job.progress(step.number(), BootStep.NUMBER);
			}
			state = change(serverId, (server) -> server.reach(ServerState.RUNNING));
		}
		return JobHandle.completed(new BootReport(serverId, state, job.attempt()));
	}
	// end::boot[]

	// tag::terminate[]
	@BackgroundJob(name = "server.terminate", queue = "provisioning", maxAttempts = 5, timeout = "10m",
			concurrencyKey = "'server:' + #serverId", uniqueKey = "#serverId",
			tags = { "'server:' + #serverId", "'account:' + #accountId" }, discardFor = NoSuchServerException.class)
	public void terminate(long serverId, long accountId) {
		JobContext job = JobContext.current();
		logger.info("Server {} terminates, attempt {}", serverId, job.attempt());
		if (change(serverId, (server) -> server.reach(ServerState.TERMINATING)) == ServerState.TERMINATING) {
			job.log("stops the machine");
			this.hypervisor.stop(serverId, job::checkpoint);
			change(serverId, (server) -> server.terminated(this.clock.instant()));
		}
	}
	// end::terminate[]

	/**
	 * Each step is a short transaction of its own: none is open while the machine starts,
	 * and what was reached is known after a crash.
	 */
	private ServerState change(long serverId, Consumer<Server> change) {
		return Objects.requireNonNull(this.transactions.execute((status) -> {
			Server server = this.servers.lockById(serverId).orElseThrow(() -> new NoSuchServerException(serverId));
			change.accept(server);
			return server.state();
		}));
	}

}
