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
import java.util.UUID;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobProgress;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.Paging;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Service;

/**
 * What is and was done for a server in the background.
 */
@Service
class ServerJobs {

	private static final int MOST_JOBS = 20;

	private static final int MOST_LINES = 20;

	private final Servers servers;

	private final JobOperations operations;

	ServerJobs(Servers servers, JobOperations operations) {
		this.servers = servers;
		this.operations = operations;
	}

	/**
	 * The jobs of a server that were called last.
	 * @param serverId the server
	 * @return at most 20, the newest first
	 * @throws NoSuchServerException if there is no such server
	 */
	List<ServerJob> of(long serverId) {
		JobFilter ofServer = JobFilter.all().tag("server:" + this.servers.find(serverId).id());
		return this.operations.list(ofServer, Paging.newestFirst(MOST_JOBS)).jobs().stream().map(this::view).toList();
	}

	private ServerJob view(JobSnapshot job) {
		JobWords words = this.operations.words(job.id());
		List<String> log = words.log();
		return new ServerJob(job.id(), job.name(), job.state(), job.attempts(), words.progress(),
				log.subList(Math.max(0, log.size() - MOST_LINES), log.size()));
	}

	/**
	 * A job as a client sees it.
	 *
	 * @param id its id
	 * @param name the name of its handler
	 * @param state where it is
	 * @param attempts attempts counted so far
	 * @param progress how far it says that it has come; {@code null} if it hasn't said
	 * @param log the latest lines of its log, at most 20
	 */
	record ServerJob(UUID id, String name, JobState state, int attempts, @Nullable JobProgress progress,
			List<String> log) {

	}

}
