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

package dev.aftercommit.worker;

import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;

import dev.aftercommit.WorkersIdleEvent;

/**
 * Publishes that the workers are idle, on a thread of its own, so that no listener holds
 * up a claim.
 */
final class IdleNews {

	private static final Logger logger = LoggerFactory.getLogger(IdleNews.class);

	private final ApplicationEventPublisher publisher;

	private final String node;

	private final Loop loop;

	private final AtomicBoolean news = new AtomicBoolean();

	IdleNews(ApplicationEventPublisher publisher, String node, Outage outage) {
		this.publisher = publisher;
		this.node = node;
		this.loop = new Loop("aftercommit-idle", outage, this::publish);
	}

	Loop loop() {
		return this.loop;
	}

	/** The workers have become idle. Returns at once. */
	void tell() {
		this.news.set(true);
		this.loop.wakeUp();
	}

	private long publish() {
		if (this.news.getAndSet(false)) {
			try {
				this.publisher.publishEvent(new WorkersIdleEvent(this.node));
			}
			catch (RuntimeException | Error ex) {
				// A listener's failure is its own: the workers go on, and tell the next
				// time.
				logger.warn("A listener to WorkersIdleEvent failed", ex);
			}
		}
		return Loop.FOREVER;
	}

}
