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

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;

import dev.aftercommit.JobConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Refuses to start on a Redis that loses jobs, warns of one that may, and looks again
 * once a minute: settings are changed while applications run.
 */
class RedisWatch implements InitializingBean, DisposableBean {

	private static final Duration PERIOD = Duration.ofMinutes(1);

	private static final Logger logger = LoggerFactory.getLogger(RedisWatch.class);

	private final RedisCheck check;

	private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

	private final Set<RedisProblem> known = new HashSet<>();

	RedisWatch(RedisCheck check) {
		this.check = check;
		this.scheduler.setThreadNamePrefix("aftercommit-redis-watch-");
		this.scheduler.setDaemon(true);
	}

	/**
	 * Look for the first time.
	 * @throws JobConfigurationException if jobs must not be kept there
	 */
	@Override
	public void afterPropertiesSet() {
		for (RedisProblem problem : look()) {
			if (problem.refused()) {
				throw new JobConfigurationException(problem.what(), problem.mend(), null);
			}
		}
		this.scheduler.afterPropertiesSet();
		ScheduledFuture<?> unused = this.scheduler.scheduleWithFixedDelay(this::look,
				this.scheduler.getClock().instant().plus(PERIOD), PERIOD);
	}

	/**
	 * Look, and log what is new.
	 * @return what is wrong; nothing if Redis does not answer
	 */
	List<RedisProblem> look() {
		try {
			List<RedisProblem> problems = this.check.problems();
			problems.stream().filter((problem) -> !this.known.contains(problem)).forEach(RedisWatch::log);
			this.known.clear();
			this.known.addAll(problems);
			return problems;
		}
		catch (DataAccessException | IllegalStateException ex) {
			// An outage, or a pause of the application: jobs wait for its end, and so
			// does
			// this.
			logger.debug("Redis does not answer, looking again in {}", PERIOD, ex);
			return List.of();
		}
	}

	private static void log(RedisProblem problem) {
		if (problem.refused()) {
			logger.error("Background jobs may get lost. {} {}", problem.what(), problem.mend());
		}
		else {
			logger.warn("{} {}", problem.what(), problem.mend());
		}
	}

	@Override
	public void destroy() {
		this.scheduler.shutdown();
	}

}
