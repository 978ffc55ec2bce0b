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

package dev.aftercommit.sample;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * How long things take, and are kept, in the sample.
 *
 * @param bootTime Time that a machine takes to start, zero or more.
 * @param stopTime Time that a machine takes to stop, zero or more.
 * @param commitTime Time that the commit of a request in the race takes on top of the
 * embedded database's own, zero or more.
 * @param raceTimeout Longest time that a race waits for its results, positive.
 * @param keepTerminated Age at which the nightly clean-up deletes a server that was
 * terminated, zero or more.
 */
@ConfigurationProperties("sample")
record SampleProperties(@DefaultValue("2s") Duration bootTime, @DefaultValue("500ms") Duration stopTime,
		@DefaultValue("10ms") Duration commitTime, @DefaultValue("30s") Duration raceTimeout,
		@DefaultValue("1d") Duration keepTerminated) {

	SampleProperties {
		Assert.isTrue(!bootTime.isNegative(), () -> "'sample.boot-time' (" + bootTime + ") must be zero or more");
		Assert.isTrue(!stopTime.isNegative(), () -> "'sample.stop-time' (" + stopTime + ") must be zero or more");
		Assert.isTrue(!commitTime.isNegative(), () -> "'sample.commit-time' (" + commitTime + ") must be zero or more");
		Assert.isTrue(raceTimeout.compareTo(Duration.ZERO) > 0,
				() -> "'sample.race-timeout' (" + raceTimeout + ") must be positive");
		Assert.isTrue(!keepTerminated.isNegative(),
				() -> "'sample.keep-terminated' (" + keepTerminated + ") must be zero or more");
	}

}
