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
package dev.aftercommit.operations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import dev.aftercommit.BulkResult;
import dev.aftercommit.Explanation;
import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobOrder;
import dev.aftercommit.JobPage;
import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code of {@code docs/operations.md} compiles and does what the page says.
 */
class OperationsPageTests {

	private static final Path PAGE = Path.of("..", "docs", "operations.md");

	private static final Path SOURCE = Path.of("src", "test", "java", "dev", "aftercommit", "operations",
			"OperationsPageTests.java");

	private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	private final MemoryJobStore store = new MemoryJobStore(Clock.systemUTC());

	private final JobOperations operations = new StoredJobOperations(this.store, LocalWorkers.NONE,
			Duration.ofSeconds(30), NextFireTimes.NONE);

	private final List<String> log = new ArrayList<>();

	@Test
	void everySnippetOfThePageIsInThisClass() throws IOException {
		String source = squeezed(Files.readString(SOURCE));
		Matcher snippets = SNIPPET.matcher(Files.readString(PAGE));
		int found = 0;
		while (snippets.find()) {
			assertThat(source).contains(squeezed(snippets.group(1)));
			found++;
		}
		assertThat(found).isEqualTo(5);
	}

	private static String squeezed(String text) {
		return text.replaceAll("\\s+", "");
	}

	@Test
	void jobsAreFound() {
		long serverId = 7;
		Instant now = Instant.now();
		assertThat(find(this.operations, serverId).jobs()).isEmpty();
		walk(this.operations, Paging.newestFirst(2), now.minus(Duration.ofDays(1)), now, this.log);
		assertThat(this.log).isEmpty();
	}

	private static JobPage find(JobOperations operations, long serverId) {
		JobPage page = operations.list(JobFilter.all().tag("server:" + serverId), Paging.newestFirst(50));
		return page;
	}

	private static void walk(JobOperations operations, Paging newest, Instant yesterday, Instant now,
			List<String> log) {
		JobFilter filter = JobFilter.all().states(JobState.DEAD).queue("provisioning").called(yesterday, now);
		for (JobPage dead = operations.list(filter, newest);; dead = operations.list(filter,
				newest.after(dead.next()))) {
			dead.jobs().forEach((job) -> log.add(job.id() + " " + job.lastFailure()));
			if (dead.next() == null) {
				break;
			}
		}
	}

	@Test
	void manyAreOrderedAtOnce() {
		retry(this.operations, this.log);
		assertThat(this.log).containsExactly("0 retried, 0 refused");
	}

	private static void retry(JobOperations operations, List<String> log) {
		BulkResult result = operations.order(JobOrder.RETRY, JobFilter.all().states(JobState.DEAD).name("server.boot"),
				Paging.oldestFirst(1000));
		log.add(result.count(OrderResult.Kind.DONE) + " retried, " + result.count(OrderResult.Kind.REFUSED)
				+ " refused");
	}

	@Test
	void whatFailedIsGrouped() {
		group(this.operations, this.log);
		assertThat(this.log).isEmpty();
	}

	private static void group(JobOperations operations, List<String> log) {
		for (FailureGroup group : operations.failures(Set.of(JobState.DEAD, JobState.RETRYING))) {
			log.add(group.count() + " " + group.name() + " by " + group.errorType() + ", latest " + group.latest());
		}
	}

	@Test
	void aJobIsExplained() {
		UUID id = UUID.randomUUID();
		this.store.intake().enqueue(List.of(new NewJob(id, "job", "default", 0, null, "[]", Map.of())));
		explain(this.operations, id, this.log);
		assertThat(this.log).containsExactly("No node with workers is alive.");
	}

	private static void explain(JobOperations operations, UUID id, List<String> log) {
		Explanation explanation = operations.explain(id);
		log.add(explanation.toString());
	}

}
