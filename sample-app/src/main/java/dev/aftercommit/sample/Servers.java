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

import java.util.List;

import dev.aftercommit.JobHandle;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * What accounts ask of their servers.
 */
@Service
class Servers {

	private final ServerRepository servers;

	private final ServerProvisioning provisioning;

	Servers(ServerRepository servers, ServerProvisioning provisioning) {
		this.servers = servers;
		this.provisioning = provisioning;
	}

	// tag::create[]
	@Transactional
	public Server create(String name, long account) {
		Server server = this.servers.save(new Server(name, account));
		JobHandle<BootReport> boot = this.provisioning.boot(server.id(), account);
		server.bootedBy(boot.id());
		return server;
	}
	// end::create[]

	/**
	 * Have a server terminated, once its boot has ended. However often it is asked for,
	 * it is one job.
	 * @param id the server
	 * @return the server, to be terminated; or terminated already, and nothing is done
	 * @throws NoSuchServerException if there is none
	 */
	// tag::terminate[]
	@Transactional
	public Server terminate(long id) {
		Server server = this.servers.lockById(id).orElseThrow(() -> new NoSuchServerException(id));
		if (server.state() != ServerState.TERMINATED) {
			server.reach(ServerState.TERMINATING);
			this.provisioning.terminate(id, server.account());
		}
		return server;
	}
	// end::terminate[]

	@Transactional(readOnly = true)
	public List<Server> all() {
		return this.servers.findAllByOrderById();
	}

	/**
	 * The servers that were created last.
	 * @return at most 100, the newest first
	 */
	@Transactional(readOnly = true)
	public List<Server> newest() {
		return this.servers.findTop100ByOrderByIdDesc();
	}

	@Transactional(readOnly = true)
	public Server find(long id) {
		return this.servers.findById(id).orElseThrow(() -> new NoSuchServerException(id));
	}

}
