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

package dev.aftercommit.store;

import java.util.Collection;
import java.util.List;
import java.util.UUID;

import dev.aftercommit.AuditEntry;

/**
 * What is to be kept of an operator's order. Texts may come from anywhere: they are cut
 * at {@value #MOST} characters, and what would make lines of its own, or no database
 * takes, is replaced.
 *
 * @param who name of the operator
 * @param action what was ordered
 * @param kind what kind of thing it was about
 * @param subject what it was about
 * @param result what became of it
 * @param jobs jobs that it has changed beside its subject, at most 1000: it is found by
 * them, too
 */
public record AuditNote(String who, String action, AuditEntry.Kind kind, String subject, String result,
		Collection<UUID> jobs) {

	/** The most characters of each text. */
	public static final int MOST = 200;

	public AuditNote {
		who = text(who);
		action = text(action);
		subject = text(subject);
		result = text(result);
		jobs = List.copyOf(jobs);
	}

	/**
	 * A text as it is kept and found.
	 * @param text any text
	 * @return at most {@value #MOST} characters of it, in one line
	 */
	public static String text(String text) {
		String line = text.replaceAll("\\p{Cntrl}|\\p{Zl}|\\p{Zp}|\\p{Cs}", "?");
		if (line.length() <= MOST) {
			return line;
		}
		int end = MOST - 1;
		return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + "\u2026";
	}

}
