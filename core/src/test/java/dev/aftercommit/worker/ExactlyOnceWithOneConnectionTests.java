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

package dev.aftercommit.worker;

import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import dev.aftercommit.JobState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code transactional} jobs where bodies, enqueues, claims and heartbeats share one
 * connection.
 */
@ParameterizedClass
@MethodSource("dev.aftercommit.worker.ExactlyOnceWorld#withOneConnection")
class ExactlyOnceWithOneConnectionTests {

	private final ExactlyOnceWorld world;

	ExactlyOnceWithOneConnectionTests(ExactlyOnceWorld world) {
		this.world = world;
	}

	@AfterEach
	void reset() {
		this.world.reset();
	}

	@Test
	void aJobWithEffectsThatEnqueuesAnotherGoesOn() throws Exception {
		this.world.start();
		this.world.script.body = (context) -> {
			this.world.effect(context.jobId());
			this.world.bodies.next("attempt " + context.attempt());
			if (context.attempt() == 1) {
				throw new IllegalStateException("planted");
			}
		};
		UUID job = this.world.bodies.effect().id();
		this.world.awaitState(job, JobState.SUCCEEDED);
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.world.script.nextRuns.size() == 1);
		assertThat(this.world.effects(job)).isEqualTo(1);
		assertThat(this.world.script.nextRuns).containsExactly("attempt 2");
	}

}
