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

import java.time.Duration;

import dev.aftercommit.JobFailedException;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobState;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SampleTest
class ServerProvisioningTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Autowired
	private Servers servers;

	@Autowired
	private ServerProvisioning provisioning;

	@Autowired
	private ServerRepository repository;

	@Autowired
	private ServerJobs jobs;

	@Autowired
	private WatchedHypervisor hypervisor;

	@Autowired
	private TransactionTemplate transactions;

	@Test
	void theServerKnowsTheJobThatBootsIt() {
		Server server = this.servers.create("web-1", 7);
		assertThat(server.bootJob()).isNotNull();
		assertThat(this.servers.find(server.id()).bootJob()).isEqualTo(server.bootJob());
	}

	@Test
	void aBootThatWasCutOffGoesOn() {
		Server server = new Server("web-1", 7);
		server.reach(ServerState.BOOTING);
		long id = this.repository.save(server).id();
		assertThat(this.provisioning.boot(id, 7).join(PATIENCE)).isEqualTo(new BootReport(id, ServerState.RUNNING, 1));
		assertThat(this.servers.find(id).state()).isEqualTo(ServerState.RUNNING);
	}

	@Test
	void aSecondBootChangesNothing() {
		Server server = new Server("web-1", 7);
		server.reach(ServerState.RUNNING);
		Server running = this.repository.save(server);
		this.provisioning.boot(running.id(), 7).join(PATIENCE);
		Server after = this.servers.find(running.id());
		assertThat(after.state()).isEqualTo(ServerState.RUNNING);
		assertThat(after.version()).isEqualTo(running.version());
	}

	@Test
	void aBootOfAServerThatIsToBeTerminatedStartsNoMachine() {
		Server server = new Server("web-1", 7);
		server.reach(ServerState.TERMINATING);
		long id = this.repository.save(server).id();
		assertThat(this.provisioning.boot(id, 7).join(PATIENCE))
			.isEqualTo(new BootReport(id, ServerState.TERMINATING, 1));
		assertThat(this.servers.find(id).state()).isEqualTo(ServerState.TERMINATING);
		assertThat(this.hypervisor.done(id)).isEmpty();
	}

	@Test
	void aTerminationThatWasRolledBackIsNoneAndHasNoJob() {
		Server server = new Server("web-1", 7);
		server.reach(ServerState.RUNNING);
		long id = this.repository.save(server).id();
		this.transactions.executeWithoutResult((status) -> {
			assertThat(this.servers.terminate(id).state()).isEqualTo(ServerState.TERMINATING);
			status.setRollbackOnly();
		});
		assertThat(this.servers.find(id).state()).isEqualTo(ServerState.RUNNING);
		assertThat(this.jobs.of(id)).isEmpty();
	}

	@Test
	void aServerThatIsNotThereIsGivenUpAtOnce() {
		JobHandle<BootReport> boot = this.provisioning.boot(987654321, 7);
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> boot.join(PATIENCE));
		assertThat(boot.state()).contains(JobState.DEAD);
	}

	@Test
	void aServerThatWasRolledBackIsNeverBooted() {
		JobHandle<BootReport> boot = this.transactions.execute((status) -> {
			Server server = this.repository.save(new Server("web-1", 7));
			status.setRollbackOnly();
			return this.provisioning.boot(server.id(), 7);
		});
		assertThat(boot).isNotNull();
		assertThat(boot.state()).isEmpty();
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> boot.join(PATIENCE));
	}

}
