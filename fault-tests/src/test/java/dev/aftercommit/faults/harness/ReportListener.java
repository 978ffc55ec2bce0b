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

package dev.aftercommit.faults.harness;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Begins the report before the first test of this JVM, and makes a page from it after the
 * last one.
 */
public final class ReportListener implements TestExecutionListener {

	private static final AtomicBoolean begun = new AtomicBoolean();

	@Override
	public void testPlanExecutionStarted(TestPlan plan) {
		if (begun.compareAndSet(false, true)) {
			Report.begin();
		}
	}

	@Override
	public void testPlanExecutionFinished(TestPlan plan) {
		Publication.write(Report.FILE, Report.FILE.resolveSibling("reliability.md"));
		String published = System.getProperty("faults.publish", "");
		if (!published.isEmpty()) {
			Publication.write(Report.FILE, Path.of(published));
		}
	}

}
