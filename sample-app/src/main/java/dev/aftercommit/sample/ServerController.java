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

import java.net.URI;
import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Servers over HTTP.
 */
@RestController
@RequestMapping("/servers")
class ServerController {

	private final Servers servers;

	private final ServerJobs jobs;

	private final ServerFeed feed;

	ServerController(Servers servers, ServerJobs jobs, ServerFeed feed) {
		this.servers = servers;
		this.jobs = jobs;
		this.feed = feed;
	}

	@PostMapping
	ResponseEntity<ServerView> create(@Valid @RequestBody NewServer request) {
		Server server = this.servers.create(request.name(), request.account());
		return ResponseEntity.created(URI.create("/servers/" + server.id())).body(ServerView.of(server));
	}

	@GetMapping
	List<ServerView> all() {
		return this.servers.all().stream().map(ServerView::of).toList();
	}

	@GetMapping("/{id}")
	ServerView one(@PathVariable long id) {
		return ServerView.of(this.servers.find(id));
	}

	/**
	 * Answers 202 while there is something to be terminated, however often it is asked,
	 * and 204 when there is not any more.
	 */
	@DeleteMapping("/{id}")
	ResponseEntity<ServerView> terminate(@PathVariable long id) {
		Server server = this.servers.terminate(id);
		return (server.state() == ServerState.TERMINATED) ? ResponseEntity.noContent().build()
				: ResponseEntity.accepted().body(ServerView.of(server));
	}

	@GetMapping("/{id}/jobs")
	List<ServerJobs.ServerJob> jobs(@PathVariable long id) {
		return this.jobs.of(id);
	}

	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter events() {
		return this.feed.open();
	}

	/**
	 * What a client says of a server that it wants.
	 *
	 * @param name 1 to 60 characters that can be seen
	 * @param account the account that it is for
	 */
	record NewServer(
			@NotBlank @Size(max = 60, message = "must have at most 60 characters") @Pattern(
					regexp = "[^\\p{Cc}\\p{Cs}]*", message = "must not contain control characters") String name,
			@NotNull @Positive Long account) {

	}

	/**
	 * What a client sees of a server.
	 */
	record ServerView(long id, String name, long account, ServerState state) {

		static ServerView of(Server server) {
			return new ServerView(server.id(), server.name(), server.account(), server.state());
		}

	}

}
