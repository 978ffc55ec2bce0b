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
import java.time.Duration;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobContext;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Forgets servers that were terminated long enough ago. Nobody calls it: its schedule is
 * in {@code application.yml}.
 */
@Service
class ServerCleanup {

	private final ServerRepository servers;

	private final Clock clock;

	private final Duration keep;

	ServerCleanup(ServerRepository servers, Clock clock, SampleProperties properties) {
		this.servers = servers;
		this.clock = clock;
		this.keep = properties.keepTerminated();
	}

	// tag::cleanup[]
	@BackgroundJob(name = "server.cleanup", concurrencyKey = "'cleanup'")
	@Transactional
	public void cleanUp() {
		int deleted = this.servers.deleteTerminated(this.clock.instant().minus(this.keep));
		JobContext.current().log("deleted " + deleted + " servers");
	}
	// end::cleanup[]

}
