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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobProgress;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Words;

/**
 * What the body of one attempt has said so far, bounded. Touched only under the lock of
 * its {@link Attempt}.
 */
final class Speech {

	private static final int MOST_LINES = 200;

	private static final int MOST_CHARACTERS = 16_384;

	private static final int LONGEST_LINE = 1000;

	private @Nullable JobProgress progress;

	private final Deque<String> lines = new ArrayDeque<>();

	private int characters;

	private long dropped;

	private long version;

	private long written;

	void progress(JobProgress progress) {
		this.progress = progress;
		this.version++;
	}

	void log(String text) {
		text.lines().map(Speech::storable).forEach(this::add);
		this.version++;
	}

	private void add(String line) {
		this.lines.add(line);
		this.characters += line.length();
		while (this.lines.size() > MOST_LINES || this.characters > MOST_CHARACTERS) {
			this.characters -= this.lines.remove().length();
			this.dropped++;
		}
	}

	private static String storable(String line) {
		return FailureText.storable((line.length() > LONGEST_LINE) ? line.substring(0, LONGEST_LINE - 1) + "…" : line);
	}

	/**
	 * All of it, if something is new since it was last written.
	 * @param job the job of the attempt
	 * @return the words; {@code null} if nothing is new
	 */
	@Nullable Words unwritten(ClaimedJob job) {
		if (this.version == this.written) {
			return null;
		}
		List<String> log = new ArrayList<>(this.lines.size() + 1);
		if (this.dropped > 0) {
			log.add("(" + this.dropped + " earlier lines were dropped)");
		}
		log.addAll(this.lines);
		return new Words(job.id(), job.lease(), this.version, this.progress, log);
	}

	void written(long version) {
		this.written = Math.max(this.written, version);
	}

}
