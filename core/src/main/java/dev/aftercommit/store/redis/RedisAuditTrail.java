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

package dev.aftercommit.store.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.AuditTrail;

/**
 * Operators' orders in lists, each entry six lines: when, who, what, on what of which
 * kind, and what became of it.
 */
final class RedisAuditTrail implements AuditTrail {

	private static final int LINES = 6;

	private final Redis redis;

	RedisAuditTrail(Redis redis) {
		this.redis = redis;
	}

	@Override
	public void append(AuditNote note) {
		String kind = note.kind().name();
		List<String> values = new ArrayList<>();
		values.add(String.join("\n", note.who(), note.action(), kind, note.subject(), note.result()));
		values.addAll(List.of(kind, Lane.written(note.subject())));
		note.jobs().forEach((id) -> values.addAll(List.of(AuditEntry.Kind.JOB.name(), id.toString())));
		this.redis.run("keep an operator's order", Script.AUDIT, values.toArray(String[]::new));
	}

	@Override
	public List<AuditEntry> about(AuditEntry.Kind kind, String subject, int most) {
		return read(Integer.toString(most), Micros.of(KEPT), kind.name(), Lane.written(AuditNote.text(subject)));
	}

	@Override
	public List<AuditEntry> latest(int most) {
		return read(Integer.toString(most), Micros.of(KEPT));
	}

	private List<AuditEntry> read(String... question) {
		Reply reply = this.redis.run("list operators' orders", Script.AUDITED, question);
		List<AuditEntry> entries = new ArrayList<>();
		while (reply.hasNext()) {
			entry(reply.text()).ifPresent(entries::add);
		}
		Collections.reverse(entries);
		return entries;
	}

	/** Anything may be in the list: what is no entry is none. */
	private static Optional<AuditEntry> entry(String text) {
		String[] lines = text.split("\n", -1);
		AuditEntry.Kind kind = (lines.length == LINES) ? Constants.named(AuditEntry.Kind.class, lines[3]) : null;
		return (kind == null) ? Optional.empty() : Optional
			.of(new AuditEntry(Micros.instant(micros(lines[0])), lines[1], lines[2], kind, lines[4], lines[5]));
	}

	private static long micros(String text) {
		try {
			return Long.parseLong(text);
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

}
