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

package dev.aftercommit.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import dev.aftercommit.faults.app.FaultApplication;
import dev.aftercommit.faults.app.PlainApplication;
import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Load;
import dev.aftercommit.faults.harness.Node;
import dev.aftercommit.faults.harness.OnEachStore;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;
import dev.aftercommit.faults.harness.StoreKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the checker must find something, or it is blind. The control of the fence is
 * beside its fault.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent with kill")
class ControlsTests {

	private static final int CALLS = 600;

	@Test
	@Tag("full")
	void anEnqueueOutsideTheTransactionLeavesGhosts() throws Exception {
		try (Scene scene = Scene.onPostgres("control_outside")) {
			Client client = scene.both("faults.enqueue-outside", "true");
			try (Load load = new Load(client.calls(), 4, Duration.ofMillis(1), 0, 300)) {
				load.awaitEnd();
			}
			scene.drain();
			Figures figures = scene.figures();
			Report.add("O", "the enqueue moved outside the transaction", "300 calls, one of seven rolled back", scene,
					figures);
			assertThat(figures.ghosts()).isPositive();
			assertThat(figures.isClean()).isFalse();
		}
	}

	@Test
	@Tag("full")
	void asyncLosesCommittedWorkAndRunsWhatWasRolledBack() throws Exception {
		Figures figures = killWhileItWorks("async", "P1", "`@Async` in place of `@BackgroundJob`");
		assertThat(figures.lost()).isPositive();
		assertThat(figures.isClean()).isFalse();
	}

	@Test
	@Tag("full")
	void aHookAfterTheCommitWithoutAStoreLosesCommittedWork() throws Exception {
		Figures figures = killWhileItWorks("hook", "P2", "an `afterCommit` hook over an executor, without a store");
		assertThat(figures.lost()).isPositive();
		assertThat(figures.ghosts()).isZero();
	}

	private static Figures killWhileItWorks(String how, String number, String name) throws Exception {
		try (Scene scene = Scene.onPostgres("control_" + how)) {
			scene.withoutStore();
			String[] settings = { "faults.plain", how, "aftercommit.enabled", "false", "faults.calls" };
			for (int kill = 1; kill <= 3; kill++) {
				Node node = scene.node(PlainApplication.class, List.of(), "n" + kill, settings[0], settings[1],
						settings[2], settings[3], settings[4], Integer.toString(CALLS));
				killInTheMiddle(scene, node);
			}
			Figures figures = scene.figures();
			Report.add(number, name,
					"a JVM killed three times in the middle of " + CALLS
							+ " calls, one of seven rolled back; bodies of 20 ms read what their caller wrote",
					scene, figures);
			return figures;
		}
	}

	@OnEachStore({ StoreKind.POSTGRES, StoreKind.REDIS, StoreKind.REDIS_BEST_EFFORT })
	@Tag("full")
	void theSameOverBackgroundJobLosesNothingButWhatBestEffortHadInHand(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "control_job")) {
			// Recovery is measured while somebody is there who can take over: the start
			// of the next JVM is none of it.
			scene.node("standing").awaitReady();
			for (int kill = 1; kill <= 3; kill++) {
				Node node = scene.node(FaultApplication.class, List.of(), "n" + kill, "faults.calls",
						Integer.toString(CALLS));
				killInTheMiddle(scene, node);
			}
			scene.drain();
			Figures figures = scene.figures();
			Report.add("1", "the JVM that calls and runs killed in the middle of both",
					"three times in the middle of " + CALLS
							+ " calls, beside a node that only runs; compare `@Async` and a hook below",
					scene, figures);
			assertThat(figures.isCleanButForLosses()).as(figures.toString()).isTrue();
			if (store != StoreKind.REDIS_BEST_EFFORT) {
				assertThat(figures.lost()).isZero();
			}
			assertThat(figures.recoveries()).isNotEmpty();
		}
	}

	private static void killInTheMiddle(Scene scene, Node node) {
		Path log = scene.directory().resolve("calls-" + node.name() + ".log");
		Scene.await("half of the calls are made").until(() -> Files.exists(log) && begun(log) > CALLS / 2);
		scene.crashed(node, node.kill());
	}

	private static long begun(Path log) throws IOException {
		return Files.readString(log).lines().filter((line) -> line.contains("\tbegin\t")).count();
	}

}
