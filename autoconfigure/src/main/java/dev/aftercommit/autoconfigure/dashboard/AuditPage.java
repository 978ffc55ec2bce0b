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

import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.AuditEntry.Kind;
import dev.aftercommit.JobOperations;
import dev.aftercommit.autoconfigure.dashboard.View.Watch;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * Who did that: the latest orders of operators, of all or about one thing.
 */
final class AuditPage implements Page {

	private static final int MOST = 100;

	private final JobOperations operations;

	private final Readings readings;

	private final Clock clock;

	AuditPage(JobOperations operations, Readings readings, Clock clock) {
		this.operations = operations;
		this.readings = readings;
		this.clock = clock;
	}

	@Override
	public View show(ServerRequest request) {
		String subject = request.param("subject").orElse("").strip();
		Kind kind = request.param("kind").filter((name) -> !name.isEmpty()).map(AuditPage::kind).orElse(null);
		boolean all = subject.isEmpty();
		if (!all && kind == null) {
			throw new IllegalArgumentException("Say what '" + subject + "' is: a job, a queue, a node or a schedule.");
		}
		List<AuditEntry> entries = (all || kind == null) ? ofAll(kind) : this.operations.audit(kind, subject, MOST);
		return View.of("audit", "Audit", new Audit(AuditRow.of(entries, this.clock.instant()), entries.isEmpty(),
				all && kind == null, subject,
				Stream.of(Kind.values()).map((each) -> new Choice(each.name(), each.noun(), each == kind)).toList()),
				new Watch("", this.readings.stamp()));
	}

	/** Those of one kind among the latest ones. */
	private List<AuditEntry> ofAll(@Nullable Kind kind) {
		return this.readings.orders().stream().filter((entry) -> kind == null || entry.kind() == kind).toList();
	}

	private static Kind kind(String name) {
		return Stream.of(Kind.values())
			.filter((kind) -> kind.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There are no orders about a '" + name + "'."));
	}

	/**
	 * The page.
	 *
	 * @param rows the orders
	 * @param none whether there are none
	 * @param all whether all were asked for
	 * @param subject what they are about, empty for all
	 * @param kinds what orders can be about
	 */
	record Audit(List<AuditRow> rows, boolean none, boolean all, String subject, List<Choice> kinds) {

	}

	/**
	 * What orders can be about.
	 *
	 * @param value its name in addresses
	 * @param label its name for people
	 * @param chosen whether it is asked for
	 */
	record Choice(String value, String label, boolean chosen) {

	}

}
