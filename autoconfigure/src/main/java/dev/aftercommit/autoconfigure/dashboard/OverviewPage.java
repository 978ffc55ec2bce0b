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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.QueueSnapshot;
import dev.aftercommit.UnknownName;
import dev.aftercommit.autoconfigure.dashboard.JobRow.Badge;
import dev.aftercommit.autoconfigure.dashboard.View.Watch;
import dev.aftercommit.store.Count;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * Whether all is well, in one sentence, and what to look at if not.
 */
final class OverviewPage implements Page {

	private static final int MOST_QUEUES = 8;

	private final Readings readings;

	private static final int MOST_GROUPS = 5;

	private final QueuesPage queues;

	private final FailuresPage failures;

	private final Clock clock;

	OverviewPage(Readings readings, FailuresPage failures, Clock clock) {
		this.readings = readings;
		this.queues = new QueuesPage(readings, clock);
		this.failures = failures;
		this.clock = clock;
	}

	@Override
	public View show(ServerRequest request) {
		List<QueuesPage.Row> rows = this.queues.rows();
		Instant now = this.clock.instant();
		Needs needs = new Needs(this.failures.groups(JobState.DEAD, now).stream().limit(MOST_GROUPS).toList(),
				stranded().stream().limit(MOST_GROUPS).map((each) -> Stranded.of(each, now)).toList());
		return View.of("overview", "Overview",
				new Overview(headline(), FlowChart.of(this.readings.flow()), states(),
						rows.stream().limit(MOST_QUEUES).toList(), rows.isEmpty(), rows.size() > MOST_QUEUES, needs),
				new Watch("", this.readings.stamp()));
	}

	/** Where no node is alive, that is what is to be said. */
	private List<UnknownName> stranded() {
		return this.readings.liveNodes().isEmpty() ? List.of() : this.readings.unknownNames();
	}

	private Headline headline() {
		List<NodeSnapshot> live = this.readings.liveNodes();
		long lost = this.readings.nodes()
			.stream()
			.filter((node) -> node.endedAt() == null && !this.readings.isAlive(node))
			.count();
		Count dead = this.readings.totals().getOrDefault(JobState.DEAD, new Count(0, true));
		List<Sentence> sentences = new ArrayList<>();
		sentences.add(nodes(live.size(), lost));
		sentences.add(oldest());
		sentences.add((dead.value() == 0) ? new Sentence("No dead jobs.", "/failures", "good")
				: new Sentence(Format.amount(dead.value(), dead.exact(), "dead job") + ".", "/failures", "bad"));
		List<UnknownName> stranded = stranded();
		if (!stranded.isEmpty()) {
			sentences.add(Stranded.sentence(stranded));
		}
		boolean good = sentences.stream().allMatch((sentence) -> sentence.tone().equals("good"));
		return new Headline(sentences, good ? "good" : "bad");
	}

	private static Sentence nodes(int live, long lost) {
		if (live == 0) {
			return new Sentence("No node with workers is alive: nothing runs.", "/nodes", "bad");
		}
		if (lost > 0) {
			return new Sentence(Format.number(live) + " of " + Format.amount(live + lost, "node") + " alive, "
					+ Format.number(lost) + " silent.", "/nodes", "bad");
		}
		return new Sentence((live == 1) ? "The one node is alive." : "All " + Format.number(live) + " nodes alive.",
				"/nodes", "good");
	}

	private Sentence oldest() {
		return this.readings.queues()
			.stream()
			.filter((queue) -> queue.waiting() > 0)
			.max(Comparator.comparing(QueueSnapshot::oldest))
			.map((queue) -> new Sentence("Oldest job waits " + Format.duration(queue.oldest()) + ".", "/queues",
					(queue.oldest().compareTo(Duration.ofMinutes(1)) > 0) ? "wait" : "good"))
			.orElseGet(() -> new Sentence("No job waits for a worker.", "/queues", "good"));
	}

	private List<Total> states() {
		Map<JobState, Count> totals = this.readings.totals();
		return Arrays.stream(JobState.values())
			.map((state) -> new Total(Badge.of(state), Format.number(totals.getOrDefault(state, new Count(0, true))),
					new JobSearch(JobFilter.all().states(state)).query(),
					totals.getOrDefault(state, new Count(0, true)).value() == 0))
			.toList();
	}

	/**
	 * The page.
	 *
	 * @param headline whether all is well
	 * @param chart what came of attempts lately
	 * @param states how many jobs are in each state
	 * @param queues those in which jobs have waited longest
	 * @param noQueues whether no job waits or runs
	 * @param moreQueues whether there are more
	 * @param needs what needs a person
	 */
	record Overview(Headline headline, FlowChart chart, List<Total> states, List<QueuesPage.Row> queues,
			boolean noQueues, boolean moreQueues, Needs needs) {

	}

	/**
	 * What needs a person.
	 *
	 * @param dead dead jobs, by name and error
	 * @param stranded those that no live node can run, by name
	 */
	record Needs(List<FailuresPage.Group> dead, List<Stranded> stranded) {

		boolean none() {
			return this.dead.isEmpty() && this.stranded.isEmpty();
		}

	}

	/**
	 * Whether all is well.
	 *
	 * @param sentences what is known
	 * @param tone good if all of it is
	 */
	record Headline(List<Sentence> sentences, String tone) {

	}

	/**
	 * A sentence, and where there is more about it.
	 *
	 * @param text the sentence
	 * @param path the page
	 * @param tone good, wait or bad
	 */
	record Sentence(String text, String path, String tone) {

	}

	/**
	 * How many jobs are in a state.
	 *
	 * @param state the state
	 * @param count how many
	 * @param query the search for them
	 * @param zero whether there are none
	 */
	record Total(Badge state, String count, String query, boolean zero) {

	}

}
