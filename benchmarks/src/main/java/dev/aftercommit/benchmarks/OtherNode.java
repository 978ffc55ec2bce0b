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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.StringUtils;

/**
 * Two nodes: this JVM enqueues and has no workers, another one runs the jobs and writes
 * to its output which job started when. Both see the same monotonic clock, which on Linux
 * and macOS is the machine's.
 */
final class OtherNode implements Contender {

	private static final String READY = "ready";

	private final AftercommitContender enqueuing;

	private final Ledger ledger;

	private final String url;

	private final boolean wakeUp;

	private @Nullable Process node;

	OtherNode(Database database, Ledger ledger, boolean wakeUp) {
		this.enqueuing = new AftercommitContender(database, ledger, settings(wakeUp));
		this.ledger = ledger;
		this.url = database.pool().getJdbcUrl();
		this.wakeUp = wakeUp;
	}

	private static Map<String, Object> settings(boolean notify) {
		return Map.of("aftercommit.jdbc.notify", notify);
	}

	/**
	 * The node that runs jobs, until its input ends.
	 */
	public static void main(String[] args) throws IOException {
		PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
		try (Database database = new Database(args[0], Database.POOL_SIZE)) {
			Runs runs = (job, nanoTime) -> out.println(job + " " + nanoTime);
			Map<String, Object> settings = new HashMap<>(settings(Boolean.parseBoolean(args[1])));
			try (ConfigurableApplicationContext context = BenchmarkApplication.open(database, runs, () -> {
			}, settings)) {
				out.println(READY);
				System.in.transferTo(OutputStream.nullOutputStream());
				context.stop();
			}
		}
	}

	@Override
	public void prepare() {
		this.enqueuing.prepare();
	}

	@Override
	public TransactionTemplate transactions() {
		return this.enqueuing.transactions();
	}

	@Override
	public void enqueue(int first, int count) {
		this.enqueuing.enqueue(first, count);
	}

	@Override
	public void start(Runnable workersStart) {
		workersStart.run();
		try {
			List<String> command = Forks.command(OtherNode.class, List.of(), this.url, Boolean.toString(this.wakeUp));
			Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
			this.node = process;
			BufferedReader output = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
			String first = output.readLine();
			if (!READY.equals(first)) {
				throw new IllegalStateException("The other node did not start, its first line was '" + first + "'");
			}
			Thread reader = new Thread(() -> read(output), "other-node");
			reader.setDaemon(true);
			reader.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read(BufferedReader output) {
		output.lines().map((line) -> StringUtils.delimitedListToStringArray(line, " ")).forEach((fields) -> {
			this.ledger.ran(Integer.parseInt(fields[0]), Long.parseLong(fields[1]));
		});
	}

	@Override
	public void stop() {
		Process process = this.node;
		if (process == null) {
			return;
		}
		try {
			process.getOutputStream().close();
			process.waitFor();
			this.node = null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the other node was stopping", ex);
		}
	}

	@Override
	public boolean hasJobs() {
		return this.enqueuing.hasJobs();
	}

	@Override
	public long jobs() {
		return this.enqueuing.jobs();
	}

	@Override
	public void close() {
		stop();
		this.enqueuing.close();
	}

}
