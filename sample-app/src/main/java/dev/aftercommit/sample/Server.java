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

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.jspecify.annotations.Nullable;

/**
 * A server that an account has asked for.
 */
@Entity
class Server {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private @Nullable Long id;

	/** Counts the changes, so that the page can tell an old message from a new one. */
	@Version
	private long version;

	private String name;

	private long account;

	@Enumerated(EnumType.STRING)
	private ServerState state = ServerState.REQUESTED;

	private @Nullable UUID bootJob;

	/** Read by the query of the clean-up. */
	@SuppressWarnings("UnusedVariable")
	private @Nullable Instant terminatedAt;

	/**
	 * For JPA.
	 */
	protected Server() {
	}

	Server(String name, long account) {
		this.name = name;
		this.account = account;
	}

	long id() {
		return Objects.requireNonNull(this.id, "A server has its id once it is saved");
	}

	long version() {
		return this.version;
	}

	String name() {
		return this.name;
	}

	long account() {
		return this.account;
	}

	ServerState state() {
		return this.state;
	}

	@Nullable UUID bootJob() {
		return this.bootJob;
	}

	void bootedBy(UUID job) {
		this.bootJob = job;
	}

	/**
	 * Go on to a state. Who comes a second time, or late, finds the server there, or
	 * further on, and changes nothing.
	 * @param next the state to be in, at least
	 */
	void reach(ServerState next) {
		if (this.state.compareTo(next) < 0) {
			this.state = next;
		}
	}

	/**
	 * End, unless it has.
	 * @param now the time, kept for whoever cleans up
	 */
	void terminated(Instant now) {
		if (this.state != ServerState.TERMINATED) {
			this.state = ServerState.TERMINATED;
			this.terminatedAt = now;
		}
	}

}
