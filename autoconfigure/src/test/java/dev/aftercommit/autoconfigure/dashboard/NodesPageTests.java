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
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether a deploy has reached all nodes, and what no live node can run any more.
 */
class NodesPageTests {

	@Test
	void saysWhatNoLiveNodeCanRunAndWhichVersionLastCould() {
		try (ConfigurableApplicationContext context = DashboardApplication.start(List.of(),
				"aftercommit.dashboard.insecure=true", "spring.application.version=1.1")) {
			PlainBrowser browser = new PlainBrowser(DashboardApplication.base(context) + "/background-jobs", "");
			assertThat(browser.get("/nodes").body()).contains("Deploy finished: the one live node runs 1.1.")
				.doesNotContain("no live node can run");
			JobStore store = context.getBean(JobStore.class);
			long old = store.nodes().register(new NodeInfo("old", "1.0 <b>", Set.of("gone.job")));
			context.getBean(Readings.class).forget();
			assertThat(browser.get("/nodes").body()).contains("1 of 2 live nodes run");
			store.nodes().end(old);
			store.intake().enqueue(List.of(job("gone.job"), job("gone.job"), job("never & ever")));
			context.getBean(Readings.class).forget();
			String html = browser.get("/nodes").body();
			assertThat(html).contains("Deploy finished: the one live node runs 1.1.", "Jobs that no live node can run",
					"<span class=\"badge bad\">needs a person</span>", "2 jobs", "1.0 &lt;b&gt;", "never &amp; ever",
					"none that is remembered", "jobs?state&#x3D;ENQUEUED&amp;name&#x3D;gone.job");
			assertThat(html.indexOf("id=\"stranded\"")).isBetween(html.indexOf("id=\"deploy\""),
					html.indexOf("id=\"nodes\""));
		}
	}

	private static NewJob job(String name) {
		return new NewJob(UUID.randomUUID(), name, "default", 0, null, "[]", Map.of());
	}

}
