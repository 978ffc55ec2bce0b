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

package dev.aftercommit.enqueue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.JobListener;
import dev.aftercommit.store.JobTerms;

/**
 * What travels with a job beside its arguments: what sources add to it, and its terms. A
 * source costs nobody a job: what it can't tell, or may not, is left out and logged.
 */
final class CallHeaders {

	private static final Logger logger = LoggerFactory.getLogger(CallHeaders.class);

	private final List<HeaderSource> sources;

	CallHeaders(List<HeaderSource> sources) {
		this.sources = List.copyOf(sources);
	}

	Map<String, String> of(JobListener.Job job, JobTerms terms) {
		Map<String, String> headers = new HashMap<>();
		for (HeaderSource source : this.sources) {
			try {
				add(allowed(source.headers(job), job), headers, job);
			}
			catch (RuntimeException ex) {
				// A trace that can't be told must not cost the caller its job.
				logger.warn("Could not add headers to job {} ({}), it goes without them", job.id(), job.name(), ex);
			}
		}
		headers.putAll(terms.toHeaders());
		return Map.copyOf(headers);
	}

	private static Map<String, String> allowed(Map<String, String> added, JobListener.Job job) {
		if (added.keySet().stream().noneMatch(CallHeaders::isReserved)) {
			return added;
		}
		Map<String, String> allowed = new HashMap<>(added);
		allowed.keySet().removeIf(CallHeaders::isReserved);
		logger.warn("Of the headers {} of job {} ({}), it goes without those whose names begin with '{}': they say on"
				+ " which terms a job runs", added.keySet(), job.id(), job.name(), JobTerms.PREFIX);
		return allowed;
	}

	private static boolean isReserved(String name) {
		return name.startsWith(JobTerms.PREFIX);
	}

	private static void add(Map<String, String> added, Map<String, String> headers, JobListener.Job job) {
		if (length(headers) + length(added) > HeaderSource.MAX_LENGTH) {
			logger.warn("The headers {} of job {} ({}) are longer than {} characters, it goes without them",
					added.keySet(), job.id(), job.name(), HeaderSource.MAX_LENGTH);
			return;
		}
		headers.putAll(added);
	}

	private static int length(Map<String, String> headers) {
		return headers.entrySet()
			.stream()
			.mapToInt((header) -> header.getKey().length() + header.getValue().length())
			.sum();
	}

}
