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

package dev.aftercommit.faults.app;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobHandle;

/**
 * Two versions of one application, side by side in a rolling deploy. Between them a
 * handler was renamed and another one added.
 */
@Configuration(proxyBeanMethods = false)
public class Versions {

	@Bean
	@ConditionalOnProperty(name = "faults.version", havingValue = "1")
	First first(RunLog log) {
		return new First(log);
	}

	@Bean
	@ConditionalOnProperty(name = "faults.version", havingValue = "2")
	Second second(RunLog log) {
		return new Second(log);
	}

	/**
	 * The old version.
	 */
	public static class First {

		private final RunLog log;

		First(RunLog log) {
			this.log = log;
		}

		@BackgroundJob(name = "deploy.send")
		public JobHandle<String> send(String call) throws Exception {
			this.log.around(call, () -> {
			});
			return JobHandle.completed(call);
		}

	}

	/**
	 * The new version.
	 */
	public static class Second {

		private final RunLog log;

		Second(RunLog log) {
			this.log = log;
		}

		@BackgroundJob(name = "deploy.dispatch", aliases = "deploy.send")
		public JobHandle<String> dispatch(String call) throws Exception {
			this.log.around(call, () -> {
			});
			return JobHandle.completed(call);
		}

		@BackgroundJob(name = "deploy.added")
		public JobHandle<String> added(String call) throws Exception {
			this.log.around(call, () -> {
			});
			return JobHandle.completed(call);
		}

	}

}
