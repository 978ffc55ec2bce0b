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

package dev.aftercommit.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Aftercommit in a web application with its dashboard, which is open to everybody here.
 * Its first page may be open in a browser, that is: was fetched once, and wants to be
 * told what changes.
 */
final class DashboardContender implements Contender {

	private static final String PATH = "/background-jobs";

	/**
	 * Who looks at it.
	 */
	enum Page {

		/** Nobody. */
		CLOSED,

		/** Somebody. */
		OPEN

	}

	private final AftercommitContender application;

	private final Page page;

	private @Nullable InputStream events;

	DashboardContender(Database database, Ledger ledger, Page page) {
		this.application = new AftercommitContender(database, ledger,
				Map.of("spring.main.web-application-type", "servlet", "server.port", 0, "aftercommit.dashboard.enabled",
						true, "aftercommit.dashboard.insecure", true));
		this.page = page;
	}

	@Override
	public void prepare() {
		this.application.prepare();
	}

	@Override
	public TransactionTemplate transactions() {
		return this.application.transactions();
	}

	@Override
	public void enqueue(int first, int count) {
		this.application.enqueue(first, count);
	}

	@Override
	public void start(Runnable workersStart) {
		this.application.start(workersStart);
		if (this.page == Page.OPEN) {
			look("http://localhost:" + this.application.bean(Environment.class).getProperty("local.server.port")
					+ PATH);
		}
	}

	private void look(String address) {
		HttpClient browser = HttpClient.newHttpClient();
		try {
			int status = browser
				.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
				.statusCode();
			HttpResponse<InputStream> live = browser.send(HttpRequest.newBuilder(URI.create(address + "/live")).build(),
					HttpResponse.BodyHandlers.ofInputStream());
			if (status != 200 || live.statusCode() != 200) {
				throw new IllegalStateException(
						"The dashboard answered " + status + ", its events " + live.statusCode());
			}
			InputStream body = live.body();
			this.events = body;
			Thread reader = new Thread(() -> read(body), "browser");
			reader.setDaemon(true);
			reader.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the page was opened", ex);
		}
	}

	private static void read(InputStream events) {
		try {
			events.transferTo(OutputStream.nullOutputStream());
		}
		catch (IOException ex) {
			// Closed, by this side or by the other.
		}
	}

	@Override
	public void stop() {
		try {
			if (this.events != null) {
				this.events.close();
				this.events = null;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.application.stop();
	}

	@Override
	public boolean hasJobs() {
		return this.application.hasJobs();
	}

	@Override
	public long jobs() {
		return this.application.jobs();
	}

	@Override
	public void close() {
		this.application.close();
	}

}
