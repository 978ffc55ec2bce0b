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

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.aftercommit.JobOperations;
import dev.aftercommit.autoconfigure.dashboard.DashboardApplication.Secured;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * The pages under a context path, behind a proxy that adds a prefix, or both, with
 * protection against forged requests: all links of all pages lead somewhere, and an order
 * is carried out and leads back.
 */
class ProxyTests {

	private static final Pattern LINK = Pattern.compile("(?:href|src|action)=\"([^\"#]*)\"");

	static List<Arguments> ways() {
		return List.of(arguments("", "", new String[0]), arguments("/app", "", new String[0]),
				arguments("", "/tools/ops", new String[] { "X-Forwarded-Prefix", "/tools/ops" }),
				arguments("/app", "/tools", new String[] { "X-Forwarded-Prefix", "/tools", "X-Forwarded-Proto", "https",
						"X-Forwarded-Host", "ops.example" }),
				arguments("/app", "/silent", new String[0]));
	}

	/**
	 * @param contextPath of the application
	 * @param prefix what a proxy takes off before it asks the application
	 * @param headers what it says of that, if anything
	 */
	@ParameterizedTest
	@MethodSource("ways")
	void allLinksLeadSomewhereAndAnOrderIsCarriedOut(String contextPath, String prefix, String[] headers) {
		try (ConfigurableApplicationContext context = DashboardApplication.start(List.of(Secured.class),
				"server.servlet.context-path=" + contextPath, "server.forward-headers-strategy=framework")) {
			PlainBrowser browser = new PlainBrowser(DashboardApplication.base(context), "operator");
			URI start = URI.create("http://ops.example" + prefix + contextPath + "/background-jobs");
			Set<URI> seen = new LinkedHashSet<>(List.of(start));
			List<URI> open = new ArrayList<>(List.of(start));
			while (!open.isEmpty()) {
				URI page = open.remove(0);
				HttpResponse<String> answer = browser.get(below(page, prefix + contextPath), headers);
				assertThat(answer.statusCode()).as(page.toString()).isEqualTo(200);
				if (answer.headers().firstValue("Content-Type").orElse("").startsWith("text/html")) {
					links(page, answer.body()).filter(seen::add).forEach(open::add);
				}
			}
			assertThat(seen).hasSizeGreaterThan(8)
				.allSatisfy((link) -> assertThat(link.getPath()).startsWith(prefix + contextPath + "/background-jobs"));
			context.getBean(JobOperations.class).pauseQueue("mail");
			context.getBean(Readings.class).forget();
			Map<String, String> form = browser.fields("/background-jobs/queues");
			assertThat(form).containsKeys("_csrf", "token");
			form.put("subject", "mail");
			form.put("action", "resume");
			List<String> sent = new ArrayList<>(List.of(headers));
			sent.addAll(List.of("Sec-Fetch-Site", "same-origin"));
			HttpResponse<String> done = browser.post("/background-jobs/queues", form, sent.toArray(String[]::new));
			assertThat(done.statusCode()).isEqualTo(303);
			URI next = start.resolve(start.getPath() + "/queues")
				.resolve(done.headers().firstValue("Location").orElseThrow());
			assertThat(next.getPath()).isEqualTo(prefix + contextPath + "/background-jobs/queues");
			assertThat(context.getBean(JobOperations.class).pausedQueues()).isEmpty();
		}
	}

	private static Stream<URI> links(URI page, String html) {
		List<URI> links = new ArrayList<>();
		Matcher found = LINK.matcher(html);
		while (found.find()) {
			links.add(page.resolve(found.group(1).replace("&amp;", "&").replace("&#x3D;", "=").replace("&#x2F;", "/")));
		}
		return links.stream();
	}

	/** What the proxy asks the application for. */
	private static String below(URI link, String path) {
		return link.getRawPath().substring(path.length())
				+ ((link.getRawQuery() != null) ? "?" + link.getRawQuery() : "");
	}

}
