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
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import org.springframework.util.StringUtils;

/**
 * One node of several: a JVM that runs jobs when it is told to, and counts them by their
 * numbers.
 */
final class Node implements AutoCloseable {

	private static final String START = "start";

	private static final String REST = "rest";

	private static final String STOP = "stop";

	private static final String DONE = "done";

	private final Process process;

	private final PrintWriter orders;

	private final BufferedReader answers;

	private Node(Process process) {
		this.process = process;
		this.orders = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
		this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
	}

	/**
	 * Start a JVM; {@link #awaitDone(Ledger)} says when it is set up.
	 * @param capacity most jobs that there will be
	 * @param pool number of its connections
	 */
	static Node open(Subject subject, String url, int capacity, int pool) {
		try {
			return new Node(new ProcessBuilder(
					Forks.small(Node.class, subject.name(), url, Integer.toString(capacity), Integer.toString(pool)))
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The node itself: told by lines what to do, until its input ends.
	 */
	public static void main(String[] args) throws IOException, InterruptedException {
		PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), false);
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		int capacity = Integer.parseInt(args[2]);
		Ledger ledger = new Ledger(capacity, Body.NO_OP);
		int[] told = new int[capacity];
		try (Database database = new Database(args[1], Integer.parseInt(args[3]));
				Contender contender = Subject.valueOf(args[0]).on(database, ledger)) {
			contender.join();
			answer(out);
			for (String order = in.readLine(); order != null; order = in.readLine()) {
				if (order.equals(START)) {
					contender.start(() -> {
					});
				}
				else if (order.equals(REST)) {
					Compilers.awaitQuiet();
				}
				else {
					contender.stop();
					tell(ledger, told, out);
				}
				answer(out);
			}
		}
	}

	private static void tell(Ledger ledger, int[] told, PrintWriter out) {
		for (int job = 0; job < told.length; job++) {
			if (ledger.runs(job) > told[job]) {
				out.println(job + " " + (ledger.runs(job) - told[job]));
				told[job] = ledger.runs(job);
			}
		}
	}

	private static void answer(PrintWriter out) {
		out.println(DONE);
		out.flush();
	}

	/**
	 * Have it run jobs.
	 */
	void start() {
		this.orders.println(START);
	}

	/**
	 * Have it wait for its compilers, while it runs no jobs.
	 */
	void rest() {
		this.orders.println(REST);
	}

	/**
	 * Have it run no more jobs and tell which it has run.
	 */
	void stop() {
		this.orders.println(STOP);
	}

	/**
	 * Wait until it has done what it was told.
	 * @param ledger told of what it has run since it was last asked
	 */
	void awaitDone(Ledger ledger) {
		try {
			for (String line = this.answers.readLine(); !DONE.equals(line); line = this.answers.readLine()) {
				if (line == null) {
					throw new IllegalStateException("A node has ended with " + this.process.waitFor());
				}
				String[] fields = StringUtils.delimitedListToStringArray(line, " ");
				ledger.ranElsewhere(Integer.parseInt(fields[0]), Integer.parseInt(fields[1]));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while a node was ending", ex);
		}
	}

	@Override
	public void close() {
		this.orders.close();
		try {
			this.process.waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.process.destroy();
		}
	}

}
