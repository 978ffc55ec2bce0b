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
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Begins the report before the first test of this JVM, and makes a page from it after the
 * last one.
 */
public final class ReportListener implements TestExecutionListener {

	private static final AtomicBoolean begun = new AtomicBoolean();

	private final AtomicInteger passed = new AtomicInteger();

	private final Set<String> failed = new ConcurrentSkipListSet<>();

	@Override
	public void testPlanExecutionStarted(TestPlan plan) {
		if (begun.compareAndSet(false, true)) {
			Report.begin();
		}
	}

	@Override
	public void executionFinished(TestIdentifier test, TestExecutionResult result) {
		if (result.getStatus() == TestExecutionResult.Status.FAILED) {
			this.failed.add(name(test));
		}
		else if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
			this.passed.incrementAndGet();
		}
	}

	private static String name(TestIdentifier test) {
		return test.getSource()
			.filter(MethodSource.class::isInstance)
			.map(MethodSource.class::cast)
			.map((method) -> method.getJavaClass().getSimpleName() + "#" + method.getMethodName())
			.orElseGet(test::getDisplayName);
	}

	@Override
	public void testPlanExecutionFinished(TestPlan plan) {
		Report.end(this.passed.get(), this.failed);
		Publication.write(Report.FILE, Report.FILE.resolveSibling("reliability.md"));
		String published = System.getProperty("faults.publish", "");
		if (!published.isEmpty()) {
			Publication.write(Report.FILE, Path.of(published));
		}
	}

}
