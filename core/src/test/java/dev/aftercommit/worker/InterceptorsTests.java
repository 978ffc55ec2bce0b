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

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobInterceptor;
import dev.aftercommit.JobLeaveError;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * What acts around a body, and what becomes of the attempt then.
 */
class InterceptorsTests {

	private final Attempts attempts = new Attempts();

	private final TestHandlers handlers = new TestHandlers();

	private final List<String> seen = new ArrayList<>();

	private Finished run(JobInterceptor... interceptors) {
		AttemptRunner runner = new AttemptRunner(
				new Jobs(this.handlers, new TestSerializer(), new Listeners(List.of()),
						new Interceptors(List.of(interceptors)), null, null),
				new RetryDecision(new RetrySettings(3, Duration.ofSeconds(1), 2, Duration.ofHours(1), 0), () -> 0.5),
				mock(Watch.class), new BodyTransactions(new MemoryJobStore(Clock.systemUTC()), this.handlers, null),
				new FailureLog(System::nanoTime));
		return runner.run(this.attempts.next("work"));
	}

	private JobInterceptor noting(String name) {
		return (attempt, body) -> {
			this.seen.add("before " + name + " " + attempt.job().name() + " " + attempt.headers());
			body.proceed();
			this.seen.add("after " + name);
		};
	}

	@Test
	void theyActAroundTheBodyInTheirOrderOnItsThread() {
		this.handlers.add("work", (argument, context) -> {
			this.seen.add("body " + MDC.get("tenant"));
			return "result";
		});
		Finished finished = run((attempt, body) -> {
			assertThat(JobContext.current().jobId()).isEqualTo(attempt.job().id());
			MDC.put("tenant", "acme");
			body.proceed();
		}, noting("first"), noting("second"));
		assertThat(finished.outcome()).isEqualTo(new Outcome.Succeeded("result"));
		assertThat(this.seen).containsExactly("before first work {a=b}", "before second work {a=b}", "body acme",
				"after second", "after first");
		assertThat(MDC.get("tenant")).as("left for the next job").isNull();
	}

	@Test
	void whatTheyThrowCountsAsTheBodysFailureBeforeAndAfterIt() {
		this.handlers.add("work", (argument, context) -> {
			this.seen.add("body");
			return "result";
		});
		Finished before = run((attempt, body) -> {
			throw new IllegalStateException("planted before");
		});
		assertThat(((Outcome.Retry) before.outcome()).failure().text()).contains("planted before");
		assertThat(this.seen).isEmpty();
		Finished after = run((attempt, body) -> {
			body.proceed();
			throw new IllegalStateException("planted after");
		});
		assertThat(((Outcome.Retry) after.outcome()).failure().text()).contains("planted after");
		assertThat(after.kind()).isEqualTo(AttemptOutcome.FAILED);
	}

	@Test
	void theyMayChangeWhatTheBodyThrewButMakeNoSuccessOfIt() {
		this.handlers.add("work", (argument, context) -> {
			throw new IllegalArgumentException("planted");
		});
		Finished translated = run((attempt, body) -> {
			try {
				body.proceed();
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalStateException("translated", ex);
			}
		});
		assertThat(((Outcome.Retry) translated.outcome()).failure().type())
			.isEqualTo(IllegalStateException.class.getName());
		Finished swallowed = run((attempt, body) -> {
			try {
				body.proceed();
			}
			catch (IllegalArgumentException ex) {
				this.seen.add("swallowed");
			}
		});
		assertThat(((Outcome.Retry) swallowed.outcome()).failure().type())
			.isEqualTo(IllegalArgumentException.class.getName());
		assertThat(this.seen).containsExactly("swallowed");
	}

	@Test
	void anErrorToLeavePassesWhateverTheyMakeOfIt() {
		this.handlers.add("work", (argument, context) -> {
			this.attempts.node.stop();
			context.checkpoint();
			return null;
		});
		Finished finished = run((attempt, body) -> {
			try {
				body.proceed();
			}
			catch (JobLeaveError ex) {
				throw new IllegalStateException("hidden");
			}
		});
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.INTERRUPTED);
		assertThat(finished.outcome()).isInstanceOf(Outcome.Released.class);
	}

	@Test
	void oneThatDoesNotRunTheBodyOnceOnItsThreadHasFailed() {
		this.handlers.add("work", (argument, context) -> {
			this.seen.add("body");
			return null;
		});
		assertThat(failure(run((attempt, body) -> {
		}))).contains("without having run the body");
		assertThat(failure(run((attempt, body) -> {
			body.proceed();
			body.proceed();
		}))).contains("'proceed'", "called again");
		assertThat(this.seen).containsExactly("body");
		assertThat(failure(run((attempt, body) -> {
			try {
				CompletableFuture.runAsync(() -> {
					try {
						body.proceed();
					}
					catch (Throwable ex) {
						throw new IllegalStateException(ex);
					}
				}).get();
			}
			catch (ExecutionException ex) {
				throw ex.getCause();
			}
		}))).contains("on another thread");
		assertThat(this.seen).containsExactly("body");
	}

	private static String failure(Finished finished) {
		return ((Outcome.Retry) finished.outcome()).failure().text();
	}

}
