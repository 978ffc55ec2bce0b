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

package dev.aftercommit.faults.harness;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between an application and its PostgreSQL: delays, swallows, resets, and cuts at
 * the worst moment. Understands as much of the protocol as it takes to see a COMMIT.
 * Wants connections without encryption. Before another server it understands nothing, and
 * sees neither commits nor statements.
 */
public final class Proxy implements AutoCloseable {

	/** What becomes of a COMMIT. */
	public enum Commits {

		/** It passes. */
		PASS,

		/** It reaches the server, which commits; the answer is dropped. */
		CUT_AFTER,

		/** It never reaches the server, which rolls back. */
		CUT_BEFORE

	}

	private final ServerSocket server;

	private final int target;

	private final boolean blind;

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private final Object hole = new Object();

	private final AtomicInteger commits = new AtomicInteger();

	private final AtomicInteger cuts = new AtomicInteger();

	private final AtomicLong statements = new AtomicLong();

	private volatile boolean holed;

	private volatile long latencyNanos;

	private volatile Commits fate = Commits.PASS;

	private volatile int everyNth = 1;

	public Proxy(int target) {
		this(target, false);
	}

	private Proxy(int target, boolean blind) {
		this.target = target;
		this.blind = blind;
		try {
			this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		daemon("proxy-accept", this::accept);
	}

	/**
	 * Before a server that is no PostgreSQL.
	 * @param target its port
	 */
	public static Proxy blind(int target) {
		return new Proxy(target, true);
	}

	public int port() {
		return this.server.getLocalPort();
	}

	/** Make each round trip longer by this time. */
	public void latency(Duration latency) {
		this.latencyNanos = latency.toNanos();
	}

	/** Swallow everything, in both directions, until it is healed: nobody is told. */
	public void blackHole() {
		this.holed = true;
	}

	/** What was swallowed arrives late. */
	public void heal() {
		synchronized (this.hole) {
			this.holed = false;
			this.hole.notifyAll();
		}
	}

	/** Reset all connections. */
	public void reset() {
		this.links.forEach(Link::reset);
	}

	public void commits(Commits fate, int everyNth) {
		this.everyNth = everyNth;
		this.fate = fate;
	}

	/** Commits that were cut so far. */
	public int cuts() {
		return this.cuts.get();
	}

	/** Statements that were sent so far, those of transaction control included. */
	public long statements() {
		return this.statements.get();
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			heal();
			reset();
		}
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Link link = new Link(this.server.accept());
				this.links.add(link);
				daemon("proxy-up", link::up);
			}
			catch (IOException ex) {
				// Closed, or the client went away: the loop's condition knows.
			}
		}
	}

	private void awaitHealed() throws IOException {
		synchronized (this.hole) {
			while (this.holed) {
				try {
					this.hole.wait();
				}
				catch (InterruptedException ex) {
					throw new IOException(ex);
				}
			}
		}
	}

	private static void daemon(String name, Runnable run) {
		Thread thread = new Thread(run, name);
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * One connection.
	 */
	private final class Link {

		private final Socket client;

		private volatile Socket server = new Socket();

		private final Map<String, Boolean> commitStatements = new ConcurrentHashMap<>();

		private boolean commitBound;

		private volatile boolean answerDropped;

		private Link(Socket client) {
			this.client = client;
		}

		/** From the application to the server. */
		private void up() {
			try {
				this.client.setTcpNoDelay(true);
				if (Proxy.this.blind) {
					connect();
					copy(this.client.getInputStream(), this.server.getOutputStream());
				}
				else {
					upByMessages();
				}
			}
			catch (IOException ex) {
				// Either side went away: so does the other.
			}
			finally {
				closeBoth();
			}
		}

		private void upByMessages() throws IOException {
			DataInputStream in = new DataInputStream(new BufferedInputStream(this.client.getInputStream(), 65536));
			int length = in.readInt();
			byte[] startup = in.readNBytes(length - 4);
			connect();
			DataOutputStream out = new DataOutputStream(new BufferedOutputStream(this.server.getOutputStream(), 65536));
			out.writeInt(length);
			out.write(startup);
			out.flush();
			for (int type = in.read(); type >= 0; type = in.read()) {
				forward(type, in.readInt(), in, out);
			}
		}

		private void connect() throws IOException {
			awaitHealed();
			this.server = new Socket(InetAddress.getLoopbackAddress(), Proxy.this.target);
			this.server.setTcpNoDelay(true);
			daemon("proxy-down", this::down);
		}

		private void copy(InputStream in, OutputStream out) throws IOException {
			byte[] buffer = new byte[65536];
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				delay();
				awaitHealed();
				out.write(buffer, 0, read);
			}
		}

		private void forward(int type, int length, DataInputStream in, DataOutputStream out) throws IOException {
			byte[] body = in.readNBytes(length - 4);
			boolean commit = isCommit(type, body);
			if (type == 'E' || type == 'Q') {
				Proxy.this.statements.incrementAndGet();
			}
			Commits fate = commit ? fateOfNextCommit() : Commits.PASS;
			if (fate == Commits.CUT_BEFORE) {
				Proxy.this.cuts.incrementAndGet();
				throw new IOException("Cut before COMMIT");
			}
			if (fate == Commits.CUT_AFTER) {
				this.answerDropped = true;
			}
			out.writeByte(type);
			out.writeInt(length);
			out.write(body);
			if (in.available() == 0) {
				delay();
				awaitHealed();
				out.flush();
			}
		}

		private Commits fateOfNextCommit() {
			Commits fate = Proxy.this.fate;
			boolean hit = fate != Commits.PASS && Proxy.this.commits.incrementAndGet() % Proxy.this.everyNth == 0;
			return hit ? fate : Commits.PASS;
		}

		/**
		 * Simple query, or parse, bind and execute under whatever name.
		 */
		private boolean isCommit(int type, byte[] body) {
			if (type == 'Q') {
				return "COMMIT".equals(text(body, 0));
			}
			if (type == 'P') {
				String name = text(body, 0);
				this.commitStatements.put(name, "COMMIT".equals(text(body, end(body, 0) + 1)));
			}
			else if (type == 'B') {
				String name = text(body, end(body, 0) + 1);
				this.commitBound = this.commitStatements.getOrDefault(name, false);
			}
			else if (type == 'E' && this.commitBound) {
				this.commitBound = false;
				return true;
			}
			return false;
		}

		private static String text(byte[] body, int from) {
			return new String(body, from, end(body, from) - from, StandardCharsets.UTF_8);
		}

		private static int end(byte[] body, int from) {
			int end = from;
			while (end < body.length && body[end] != 0) {
				end++;
			}
			return end;
		}

		/** From the server to the application, as it comes. */
		private void down() {
			byte[] buffer = new byte[65536];
			try {
				InputStream in = this.server.getInputStream();
				for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
					if (this.answerDropped) {
						Proxy.this.cuts.incrementAndGet();
						return;
					}
					awaitHealed();
					this.client.getOutputStream().write(buffer, 0, read);
				}
			}
			catch (IOException ex) {
				// Either side went away: so does the other.
			}
			finally {
				closeBoth();
			}
		}

		private void delay() {
			long until = System.nanoTime() + Proxy.this.latencyNanos;
			for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
				LockSupport.parkNanos(left);
			}
		}

		private void reset() {
			try {
				this.client.setSoLinger(true, 0);
			}
			catch (IOException ex) {
				// It is closed already.
			}
			closeBoth();
		}

		private void closeBoth() {
			Proxy.this.links.remove(this);
			for (Socket socket : new Socket[] { this.client, this.server }) {
				try {
					socket.close();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
		}

	}

}
