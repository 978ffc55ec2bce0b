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

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Boots servers in the background.
 */
@Service
class ServerProvisioning {

	private static final Logger logger = LoggerFactory.getLogger(ServerProvisioning.class);

	private final ServerRepository servers;

	private final Hypervisor hypervisor;

	private final TransactionOperations transactions;

	ServerProvisioning(ServerRepository servers, Hypervisor hypervisor, TransactionOperations transactions) {
		this.servers = servers;
		this.hypervisor = hypervisor;
		this.transactions = transactions;
	}

	// tag::boot[]
	@BackgroundJob(name = "server.boot", queue = "provisioning", maxAttempts = 5, timeout = "10m",
			discardFor = NoSuchServerException.class)
	public JobHandle<BootReport> boot(long serverId) {
		JobContext job = JobContext.current();
		logger.info("Server {} boots, attempt {}", serverId, job.attempt());
		reach(serverId, ServerState.BOOTING);
		this.hypervisor.start(serverId, job::checkpoint);
		reach(serverId, ServerState.RUNNING);
		return JobHandle.completed(new BootReport(serverId, job.attempt()));
	}
	// end::boot[]

	/**
	 * Each step is a short transaction of its own: none is open while the machine starts,
	 * and what was reached is known after a crash.
	 */
	private void reach(long serverId, ServerState state) {
		this.transactions.executeWithoutResult((status) -> this.servers.findById(serverId)
			.orElseThrow(() -> new NoSuchServerException(serverId))
			.reach(state));
	}

}
