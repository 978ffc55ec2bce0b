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

import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NewJob;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the overview says what needs a person.
 */
class OverviewPageTests {

	@Test
	void whatNoLiveNodeCanRunNeedsAPerson() {
		try (ConfigurableApplicationContext context = DashboardApplication.start(List.of(),
				"aftercommit.dashboard.insecure=true")) {
			assertThat(overview(context)).contains("headline good", "No dead jobs, and none that no live node can run.")
				.doesNotContain("stranded", "No live node can run");
			enqueue(context);
			assertThat(overview(context))
				.containsPattern("<a class=\"bad\" href=\"[^\"]*/nodes\">No live node can run 3 jobs\\.</a>")
				.contains("headline bad", "<span class=\"badge bad\">stranded</span>", "<b>gone.job</b>", "2 jobs",
						"<b>never</b>")
				.doesNotContain("No dead jobs, and none");
		}
	}

	/** It would be said of every job. */
	@Test
	void whereNoNodeIsAliveThatIsWhatIsSaid() {
		try (ConfigurableApplicationContext context = DashboardApplication.start(List.of(),
				"aftercommit.dashboard.insecure=true", "aftercommit.worker.enabled=false")) {
			enqueue(context);
			assertThat(overview(context)).contains("No node with workers is alive: nothing runs.")
				.doesNotContain("stranded", "No live node can run");
		}
	}

	private static void enqueue(ConfigurableApplicationContext context) {
		context.getBean(JobStore.class).intake().enqueue(List.of(job("gone.job"), job("gone.job"), job("never")));
		context.getBean(Readings.class).forget();
	}

	private static String overview(ConfigurableApplicationContext context) {
		return new PlainBrowser(DashboardApplication.base(context) + "/background-jobs", "").get("").body();
	}

	private static NewJob job(String name) {
		return new NewJob(UUID.randomUUID(), name, "default", 0, null, "[]", Map.of());
	}

}
