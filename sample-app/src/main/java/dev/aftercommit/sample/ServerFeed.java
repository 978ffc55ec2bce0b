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

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells open pages which servers have changed, as server-sent events.
 * <p>
 * It reads the newest servers from the database while somebody watches, and sends each
 * watcher what is news to it. So changes made by other nodes are seen too, and a page
 * that comes back after a lost connection gets all that it missed.
 */
@Component
class ServerFeed {

	private static final long TIMEOUT_MILLIS = 30 * 60 * 1000L;

	private static final long RECONNECT_MILLIS = 1000;

	/** A dead connection is only noticed by writing to it. */
	private static final int BEAT_EVERY = 50;

	private final Servers servers;

	private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	ServerFeed(Servers servers) {
		this.servers = servers;
	}

	/**
	 * Open a stream of events named {@code servers}, each a JSON array of
	 * {@link ServerEvent}. The first one holds the newest servers, if any. An event named
	 * {@code gone} is an array of the ids of those that are not among them any more.
	 * @return the stream; it ends after half an hour, and the browser opens the next
	 */
	SseEmitter open() {
		SseEmitter emitter = new SseEmitter(TIMEOUT_MILLIS);
		Watcher watcher = new Watcher(emitter);
		emitter.onCompletion(() -> this.watchers.remove(watcher));
		emitter.onTimeout(emitter::complete);
		emitter.onError((ex) -> this.watchers.remove(watcher));
		this.watchers.add(watcher);
		if (this.closed) {
			emitter.complete();
		}
		return emitter;
	}

	int watchers() {
		return this.watchers.size();
	}

	@Scheduled(fixedDelayString = "${sample.feed-interval:200ms}")
	void publish() {
		if (!this.watchers.isEmpty()) {
			List<ServerEvent> newest = this.servers.newest().stream().map(ServerEvent::of).toList();
			this.watchers.removeIf((watcher) -> !watcher.tell(newest));
		}
	}

	/**
	 * Open streams would hold a graceful shutdown up until its time is over.
	 */
	@EventListener(ContextClosedEvent.class)
	void close() {
		this.closed = true;
		this.watchers.forEach((watcher) -> watcher.emitter.complete());
	}

	/**
	 * A server as a watcher sees it.
	 *
	 * @param version grows with each change
	 * @param job the id of the job that boots it
	 */
	record ServerEvent(long id, String name, long account, ServerState state, long version, @Nullable UUID job) {

		static ServerEvent of(Server server) {
			return new ServerEvent(server.id(), server.name(), server.account(), server.state(), server.version(),
					server.bootJob());
		}

	}

	/**
	 * One open page, and what it has been told. Only the publishing thread tells it.
	 */
	private static final class Watcher {

		private final SseEmitter emitter;

		private final Map<Long, Long> told = new HashMap<>();

		private boolean greeted;

		private int silent;

		Watcher(SseEmitter emitter) {
			this.emitter = emitter;
		}

		/**
		 * Send what is news.
		 * @param newest the newest servers
		 * @return whether the page was still there
		 */
		boolean tell(List<ServerEvent> newest) {
			List<ServerEvent> news = newest.stream().filter(this::isNews).toList();
			try {
				forget(newest);
				if (!news.isEmpty() || !this.greeted) {
					this.emitter.send(SseEmitter.event().name("servers").reconnectTime(RECONNECT_MILLIS).data(news));
					news.forEach((server) -> this.told.put(server.id(), server.version()));
					this.greeted = true;
					this.silent = 0;
				}
				else if (++this.silent > BEAT_EVERY) {
					this.emitter.send(SseEmitter.event().comment("nothing new"));
					this.silent = 0;
				}
				return true;
			}
			catch (IOException | IllegalStateException ex) {
				// The page has gone. The container saw the write fail, and ends the
				// request.
				return false;
			}
		}

		private void forget(List<ServerEvent> newest) throws IOException {
			Set<Long> gone = new TreeSet<>(this.told.keySet());
			newest.forEach((server) -> gone.remove(server.id()));
			if (!gone.isEmpty()) {
				this.emitter.send(SseEmitter.event().name("gone").data(gone));
				this.told.keySet().removeAll(gone);
			}
		}

		private boolean isNews(ServerEvent server) {
			Long version = this.told.get(server.id());
			return version == null || version < server.version();
		}

	}

}
