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

package dev.aftercommit.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.observation.OutboxMeters;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.OutboxDepth;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is in {@code docs/operations} asks for meters and labels that there are.
 */
class MeterFilesTests {

	private static final Path FILES = Path.of("../docs/operations");

	/** Of Prometheus itself. */
	private static final Set<String> FOREIGN_LABELS = Set.of("instance", "le");

	private static final Pattern NAME = Pattern.compile("aftercommit_[a-z_]+");

	private static final Pattern LABELS = Pattern
		.compile("by \\(([^)]*)\\)|[{,]\\s*([a-z_]+)\\s*[=!]|\\{\\{ ?\\$labels\\.([a-z_]+)");

	private static final Pattern SCRAPED_LABEL = Pattern.compile("[{,]([a-z_]+)=\"");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
				JobWorkersAutoConfiguration.class, JobObservationAutoConfiguration.class,
				MetricsAutoConfiguration.class, ObservationAutoConfiguration.class))
		.withBean(Mail.class)
		.withBean(PrometheusMeterRegistry.class, () -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
		.withPropertyValues("aftercommit.store=memory");

	@ParameterizedTest
	@ValueSource(strings = { "grafana.json", "alerts.yml" })
	void everyMeterAndLabelThatIsAskedForIsThere(String file) throws IOException {
		String asking = Files.readString(FILES.resolve(file));
		this.runner.run((context) -> {
			String scraped = scrape(context.getBean(Mail.class), context.getBean(PrometheusMeterRegistry.class));
			Set<String> names = names(asking);
			assertThat(names).hasSizeGreaterThan(5).isSubsetOf(names(scraped));
			assertThat(labels(LABELS, asking)).isNotEmpty()
				.allSatisfy((label) -> assertThat(
						FOREIGN_LABELS.contains(label) || labels(SCRAPED_LABEL, scraped).contains(label))
					.as(label)
					.isTrue());
		});
	}

	@Test
	void theDashboardShowsEveryMeter() throws IOException {
		String dashboard = Files.readString(FILES.resolve("grafana.json"));
		this.runner.run((context) -> {
			scrape(context.getBean(Mail.class), context.getBean(PrometheusMeterRegistry.class));
			Set<String> own = context.getBean(MeterRegistry.class)
				.getMeters()
				.stream()
				.map((meter) -> meter.getId().getName())
				.filter((name) -> name.startsWith("aftercommit.") && !name.endsWith(".active"))
				.map((name) -> name.replace('.', '_'))
				.collect(Collectors.toSet());
			assertThat(own).hasSizeGreaterThan(8).allSatisfy((name) -> assertThat(dashboard).contains(name));
		});
	}

	@Test
	void theFilesCanBeRead() throws IOException {
		assertThat(JsonMapper.builder().build().readTree(Files.readString(FILES.resolve("grafana.json"))).get("panels"))
			.hasSizeGreaterThan(8);
		assertThat(new Yaml().<Object>load(Files.readString(FILES.resolve("alerts.yml")))).isNotNull();
	}

	@Test
	void howManyMetersThereAreDoesNotDependOnHowManyJobsThereWere() {
		this.runner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			Mail mail = context.getBean(Mail.class);
			mail.send(-1);
			await().atMost(Duration.ofSeconds(30)).until(() -> ran(registry) == 1);
			Set<Meter.Id> before = ids(registry);
			for (int i = 0; i < 200; i++) {
				mail.send(i);
			}
			await().atMost(Duration.ofSeconds(30)).until(() -> ran(registry) == 201);
			assertThat(ids(registry)).isEqualTo(before).hasSizeLessThan(30);
		});
	}

	private static double ran(MeterRegistry registry) {
		return registry.find("aftercommit.jobs.outcomes")
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	private static Set<Meter.Id> ids(MeterRegistry registry) {
		return registry.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> id.getName().startsWith("aftercommit."))
			.collect(Collectors.toSet());
	}

	/** With a job that succeeded, one that was given up, and an outbox. */
	private static String scrape(Mail mail, PrometheusMeterRegistry registry) {
		new OutboxMeters(() -> true, () -> Optional.of(new OutboxDepth(new Count(1, true), Duration.ofSeconds(1))),
				System::nanoTime, Duration.ofSeconds(1))
			.bindTo(registry);
		mail.send(1);
		mail.fail();
		await().atMost(Duration.ofSeconds(30))
			.until(() -> ran(registry) == 2 && registry.find("aftercommit.jobs.dead").counter() != null);
		return registry.scrape();
	}

	private static Set<String> names(String text) {
		Set<String> names = new HashSet<>();
		for (Matcher matcher = NAME.matcher(text); matcher.find();) {
			names.add(matcher.group());
		}
		return names;
	}

	private static Set<String> labels(Pattern pattern, String text) {
		Set<String> labels = new HashSet<>();
		for (Matcher matcher = pattern.matcher(text); matcher.find();) {
			for (int group = 1; group <= matcher.groupCount(); group++) {
				String found = matcher.group(group);
				if (found != null) {
					labels.addAll(List.of(found.split("\\s*,\\s*")));
				}
			}
		}
		return labels;
	}

	static class Mail {

		@BackgroundJob(name = "mail", tags = "'to:' + #to")
		public void send(int to) {
		}

		@BackgroundJob(name = "broken", discardFor = IllegalStateException.class)
		public void fail() {
			throw new IllegalStateException("expected");
		}

	}

}
