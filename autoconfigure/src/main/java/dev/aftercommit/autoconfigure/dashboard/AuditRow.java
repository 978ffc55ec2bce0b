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

import java.time.Instant;
import java.util.List;
import java.util.Locale;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.autoconfigure.dashboard.Format.When;
import dev.aftercommit.autoconfigure.dashboard.Frame.Field;

/**
 * An operator's order, as it is shown.
 *
 * @param at when it was given
 * @param who who gave it
 * @param did what was ordered, for people
 * @param noun what kind of thing it was about
 * @param about what it was about
 * @param job whether that is one job
 * @param others the search for all orders about it
 * @param result what became of it
 */
record AuditRow(When at, String who, String did, String noun, String about, boolean job, String others, String result) {

	static AuditRow of(AuditEntry entry, Instant now) {
		return new AuditRow(Format.at(entry.at(), now), entry.who(), entry.action().replace('-', ' '),
				entry.kind().noun(), entry.subject(), entry.kind() == AuditEntry.Kind.JOB,
				query(entry.kind(), entry.subject()), entry.result().toLowerCase(Locale.ROOT));
	}

	static List<AuditRow> of(List<AuditEntry> entries, Instant now) {
		return entries.stream().map((entry) -> of(entry, now)).toList();
	}

	static String query(AuditEntry.Kind kind, String subject) {
		return JobSearch.query(List.of(new Field("kind", kind.name()), new Field("subject", subject)));
	}

}
