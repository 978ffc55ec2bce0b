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

package dev.aftercommit.autoconfigure.actuate;

import java.util.Collection;
import java.util.List;
import java.util.UUID;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.AuditTrail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For each order of an operator one line in the log and one entry in the store: who,
 * what, on what, and what became of it. The line's logger is called {@value #NAME}, so
 * that an application can keep these lines apart.
 */
public final class OperatorLog {

	static final String NAME = "dev.aftercommit.audit";

	private static final Logger audit = LoggerFactory.getLogger(NAME);

	private static final Logger logger = LoggerFactory.getLogger(OperatorLog.class);

	private final AuditTrail trail;

	/**
	 * Create a log.
	 * @param trail where the entries are kept
	 */
	public OperatorLog(AuditTrail trail) {
		this.trail = trail;
	}

	/**
	 * Note an order about one thing.
	 * @param who name of the operator, as far as that is known
	 * @param action what was ordered
	 * @param kind what kind of thing it was about
	 * @param subject what it was about; may come from anywhere
	 * @param result what became of it
	 */
	public void wrote(String who, String action, AuditEntry.Kind kind, String subject, String result) {
		wrote(who, action, kind, subject, result, List.of());
	}

	/**
	 * Note an order that has changed jobs beside its subject. The order has been carried
	 * out: that it can't be kept is a warning, and no reason to say that it failed.
	 * @param who name of the operator, as far as that is known
	 * @param action what was ordered
	 * @param kind what kind of thing it was about
	 * @param subject what it was about; may come from anywhere
	 * @param result what became of it
	 * @param jobs jobs that it has changed
	 */
	public void wrote(String who, String action, AuditEntry.Kind kind, String subject, String result,
			Collection<UUID> jobs) {
		String by = oneLine(who);
		String about = kind.noun() + " " + oneLine(subject);
		audit.atInfo()
			.addKeyValue("aftercommit.operator", by)
			.addKeyValue("aftercommit.action", action)
			.addKeyValue("aftercommit.subject", about)
			.addKeyValue("aftercommit.result", result)
			.log("{} by {} on {}: {}", action, by, about, result);
		try {
			this.trail.append(new AuditNote(who, action, kind, subject, result, jobs));
		}
		catch (RuntimeException ex) {
			logger.warn("The order to {} by {} on {} is only in the log, as the store could not keep it", action, by,
					about, ex);
		}
	}

	/** What comes from a request must not make lines of its own. */
	private static String oneLine(String text) {
		return text.replaceAll("\\p{Cntrl}|\\p{Zl}|\\p{Zp}", "?");
	}

}
