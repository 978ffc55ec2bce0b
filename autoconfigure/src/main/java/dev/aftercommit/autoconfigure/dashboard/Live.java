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

package dev.aftercommit.autoconfigure.dashboard;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.Collectors;

import dev.aftercommit.JobState;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.ServerResponse.SseBuilder;

/**
 * Tells open pages, by server-sent events, that they would look different now. Looks at
 * the store once for all of them, and only while there are any.
 */
final class Live implements SmartLifecycle {

	/** Time between two looks. */
	static final Duration INTERVAL = Duration.ofSeconds(10);

	/** The browser asks again after it, and is looked at again by the door. */
	private static final Duration LONGEST = Duration.ofMinutes(10);

	/** As many as one page lists, and some. */
	private static final int MOST_JOBS = 100;

	private static final int MOST_PAGES = 200;

	private static final int BATCH = 1000;

	private static final Logger logger = LoggerFactory.getLogger(Live.class);

	private final Readings readings;

	private final JobStore store;

	private final Set<OpenPage> pages = ConcurrentHashMap.newKeySet();

	private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

	private @Nullable ScheduledFuture<?> looks;

	private long look;

	private volatile boolean running;

	/**
	 * Create it, at rest.
	 * @param readings of the whole
	 * @param store looks jobs up
	 */
	Live(Readings readings, JobStore store) {
		this.readings = readings;
		this.store = store;
		this.scheduler.setThreadNamePrefix("aftercommit-dashboard-");
		this.scheduler.setDaemon(true);
	}

	/**
	 * Answer a page that wants to be told.
	 * @param request what it shows
	 * @return a stream of events
	 */
	ServerResponse open(ServerRequest request) {
		if (!this.running || this.pages.size() >= MOST_PAGES) {
			return ServerResponse.status(HttpStatus.SERVICE_UNAVAILABLE).build();
		}
		Set<UUID> jobs = request.param("jobs").map(Live::ids).orElse(Set.of());
		boolean follows = request.param("follow").isPresent();
		return ServerResponse.sse((events) -> add(events, jobs, follows), LONGEST);
	}

	private static Set<UUID> ids(String text) {
		return Arrays.stream(text.split(",", MOST_JOBS + 1))
			.limit(MOST_JOBS)
			.map(UUID::fromString)
			.collect(Collectors.toUnmodifiableSet());
	}

	void add(SseBuilder events, Set<UUID> jobs, boolean follows) {
		OpenPage page = new OpenPage(events, jobs, follows);
		page.events().onComplete(() -> remove(page));
		page.events().onTimeout(() -> page.events().complete());
		page.events().onError((ex) -> remove(page));
		this.pages.add(page);
		synchronized (this) {
			if (this.looks == null && this.running) {
				this.looks = this.scheduler.scheduleWithFixedDelay(this::look, INTERVAL);
			}
		}
	}

	private synchronized void remove(OpenPage page) {
		this.pages.remove(page);
		if (this.pages.isEmpty() && this.looks != null) {
			this.looks.cancel(false);
			this.looks = null;
		}
	}

	/**
	 * A store that can't answer is no reason to close pages: they show what they have.
	 */
	void look() {
		this.look++;
		try {
			boolean whole = this.pages.stream().anyMatch((page) -> page.jobs().isEmpty());
			String stamp = whole ? this.readings.stamp() : "";
			Map<UUID, JobStatus> jobs = find(
					this.pages.stream().flatMap((page) -> page.jobs().stream()).distinct().toList());
			this.pages.forEach((page) -> tell(page, page.jobs().isEmpty() ? stamp : stamp(page, jobs)));
		}
		catch (RuntimeException ex) {
			logger.debug("Open pages can't be told what is new", ex);
		}
	}

	/** What a running body says doesn't show in its job's state. */
	private String stamp(OpenPage page, Map<UUID, JobStatus> jobs) {
		String stamp = JobStamp.of(page.jobs(), jobs);
		boolean runs = page.follows() && jobs.entrySet()
			.stream()
			.anyMatch((job) -> page.jobs().contains(job.getKey()) && job.getValue().state() == JobState.RUNNING);
		return runs ? stamp + "-" + this.look : stamp;
	}

	private Map<UUID, JobStatus> find(List<UUID> ids) {
		Map<UUID, JobStatus> found = new HashMap<>();
		for (int from = 0; from < ids.size(); from += BATCH) {
			found.putAll(this.store.directory().find(ids.subList(from, Math.min(ids.size(), from + BATCH))));
		}
		return found;
	}

	private void tell(OpenPage page, String stamp) {
		try {
			page.events().event("stamp").data(stamp);
		}
		catch (IOException | IllegalStateException ex) {
			remove(page);
		}
	}

	@Override
	public void start() {
		this.scheduler.initialize();
		this.running = true;
	}

	/** Open streams would hold up the web server, which waits for its requests to end. */
	@Override
	public void stop() {
		this.running = false;
		this.pages.forEach((page) -> page.events().complete());
		this.scheduler.shutdown();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return SmartLifecycle.DEFAULT_PHASE;
	}

	/**
	 * A page that is open somewhere.
	 *
	 * @param events to it
	 * @param jobs those that it shows, none if it is about the whole
	 * @param follows whether it shows what their bodies say
	 */
	private record OpenPage(SseBuilder events, Set<UUID> jobs, boolean follows) {

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

}
