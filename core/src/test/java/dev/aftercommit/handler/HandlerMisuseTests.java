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

package dev.aftercommit.handler;

import java.util.List;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.scheduling.annotation.Async;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

class HandlerMisuseTests {

	@Test
	void aStaticMethodIsRefused() {
		assertRefused(StaticMethod.class, "'HandlerMisuseTests.StaticMethod.run()' of bean", "is static",
				"instance method");
	}

	@Test
	void aPrivateMethodIsRefused() {
		assertRefused(PrivateMethod.class, "PrivateMethod.run()", "is private", "public, protected or package-private");
	}

	@Test
	void aFinalMethodIsRefused() {
		assertRefused(FinalMethod.class, "FinalMethod.run()", "is final", "Remove 'final' from the method");
	}

	@Test
	void aFinalClassIsRefused() {
		assertRefused(FinalClass.class, "FinalClass", "is final", "Remove 'final' from the class");
	}

	@Test
	void aLazyFinalClassIsRefusedBeforeItIsCreated() {
		assertRefused(LazyFinalClass.class, "LazyFinalClass", "is final", "Remove 'final' from the class");
	}

	@Test
	void otherReturnTypesAreRefused() {
		assertRefused(ReturnsText.class, "returns 'java.lang.String'", "void, JobHandle<T>, CompletableFuture<T>");
		assertRefused(ReturnsStage.class, "returns 'java.util.concurrent.CompletionStage<java.lang.String>'",
				"JobHandle<T>");
	}

	@Test
	void aResultThatSaysNothingIsRefused() {
		assertRefused(ReturnsRaw.class, "its result", "java.lang.Object", "Object says nothing");
		assertRefused(ReturnsWildcard.class, "its result", "java.lang.Object", "Object says nothing");
		assertRefused(ReturnsVariable.class, "leaves open what type its result is: 'T'");
	}

	@Test
	void namesHaveLimits() {
		assertRefused(LongName.class, "has 'name' (xxx", "of 201 characters", "at most 200");
		assertRefused(BlankName.class, "has a blank 'name'");
		assertRefused(BlankAlias.class, "has a blank 'aliases'");
	}

	@Test
	void queuesHaveLimits() {
		assertRefused(BlankQueue.class, "has a blank 'queue'");
		assertRefused(LongQueue.class, "has 'queue' (xxx", "of 101 characters", "at most 100");
	}

	@Test
	void numbersHaveRanges() {
		assertRefused(HighPriority.class, "'priority' (32768)", "between -32768 and 32767");
		assertRefused(LowPriority.class, "'priority' (-32769)", "between -32768 and 32767");
		assertRefused(NegativeAttempts.class, "negative 'maxAttempts' (-1)", "aftercommit.retry.max-attempts");
	}

	@Test
	void timeoutsArePositiveDurationsWithAUnit() {
		assertRefused(NoDuration.class, "'timeout' (soon)", "no duration", "30s, 10m, 1h30m or PT10M");
		assertRefused(ZeroTimeout.class, "'timeout' (0s)", "of no length");
		assertRefused(NegativeTimeout.class, "'timeout' (-5m)", "of no length");
		assertRefused(NoUnit.class, "'timeout' (10)", "no duration", "with a unit");
		assertRefused(VeryLongTimeout.class, "'timeout' (200000d)", "no duration");
		assertRefused(EndlessTimeout.class, "'timeout' (99999999999999999999d)", "no duration");
	}

	@Test
	void ratesAreNumbersOfStartsInATime() {
		assertRefused(NoRate.class, "'rateLimit' (often)", "is not a number, a slash and a duration", "such as 100/1m");
		assertRefused(RateWithoutUnit.class, "'rateLimit' (100/60)", "has no unit", "leave it out for no limit");
		assertRefused(NoStarts.class, "'rateLimit' (0/1m)", "'starts' (0) must be between");
	}

	@Test
	void aRetryPolicyMustBeABeanOfThatType() {
		assertRefused(NoPolicy.class, "'retryPolicy' (patient)", "no bean of that name",
				"Declare a RetryPolicy bean named 'patient'");
		assertRefused(new Class<?>[] { NoPolicy.class, PatientText.class }, "'retryPolicy' (patient)",
				RetryPolicy.class.getName());
	}

	@Test
	void asyncIsRefused() {
		assertRefused(AsyncMethod.class, "is also @Async", "Remove @Async");
		assertRefused(AsyncClass.class, "is also @Async", "Remove @Async");
	}

	@Test
	void argumentsThatCannotBeStoredAreRefused() {
		assertRefused(TakesObject.class, "parameter 'what' (number 2)", "'java.lang.Object'", "Object says nothing");
		assertRefused(TakesVariable.class, "leaves open what type parameter 'what' (number 1) is: 'java.util.List<T>'",
				"bind the type variable");
	}

	@Test
	void overloadsAreRefusedAndBothNamed() {
		assertRefused(Overloads.class, "the name 'Overloads.run'", "Overloads.run(int)'", "Overloads.run(String)'",
				"another name");
	}

	@Test
	void twoBeansOfOneClassAreRefusedAndBothNamed() {
		assertRefused(TwoBeans.class, "'HandlerMisuseTests.Fine.run()' of bean 'one'",
				"'HandlerMisuseTests.Fine.run()' of bean 'two'", "keep one bean of");
	}

	@Test
	void anAliasIsOneHandlersOnly() {
		assertRefused(new Class<?>[] { Fine.class, ClaimsFine.class }, "the name 'Fine.run'", "Fine.run()",
				"ClaimsFine.other()", "'name' and 'aliases'");
	}

	@Test
	void aClassWithoutANameNeedsOneForItsJob() {
		assertRefused(Anonymous.class, "is in a class without a name", "@BackgroundJob(name = ");
	}

	@Test
	void allProblemsAreSaidAtOnce() {
		JobConfigurationException refused = refusalOf(Many.class, NegativeAttempts.class);
		assertThat(refused.description()).contains("4 problems")
			.contains("is private")
			.contains("blank 'queue'")
			.contains("returns 'int'")
			.contains("negative 'maxAttempts'");
		assertThat(refused.action()).get()
			.asString()
			.contains("package-private")
			.contains("Give 'queue' a text")
			.contains("Return void")
			.contains("Set 'maxAttempts'");
	}

	@Test
	void aBeanThatWasCreatedTooEarlyIsRefused() {
		assertRefused(new Class<?>[] { Fine.class, AsksTooEarly.class }, "'HandlerMisuseTests.Fine.run()' of bean",
				"has no proxy", "ObjectProvider", "@Lazy");
	}

	@Test
	void aBeanThatWasHandedInReadyMadeIsRefused() {
		try (Calls calls = Calls.notYetStarted()) {
			calls.context.getBeanFactory().registerSingleton("fine", new Fine());
			assertThatExceptionOfType(JobConfigurationException.class).isThrownBy(calls.context::refresh)
				.withMessageContaining("of bean 'fine'")
				.withMessageContaining("has no proxy")
				.withMessageContaining("Let the container create the bean");
		}
	}

	@Test
	void aMockInATestIsNotComplainedAbout() {
		try (Calls calls = Calls.notYetStarted(Plain.class)) {
			calls.context.getBeanFactory().registerSingleton("handlerMisuseTests.Plain", Mockito.mock(Plain.class));
			calls.context.refresh();
			calls.bean(Plain.class).run();
			assertThat(calls.calls).isEmpty();
		}
	}

	@Test
	void aProxyOfInterfacesThatHidesTheMethodIsRefused() {
		assertRefused(new Class<?>[] { InterfaceProxies.class, HiddenByInterface.class },
				"HiddenByInterface.run()' of bean", "can't be called", "Declare the method in an interface",
				"spring.aop.proxy-target-class=false");
	}

	@Test
	void aLazyBeanWhoseTypeHidesTheHandlerIsRefusedWhenItIsCalled() {
		try (Calls calls = Calls.of(HiddenType.class)) {
			Runnable hidden = calls.bean(Runnable.class);
			assertThatExceptionOfType(JobConfigurationException.class).isThrownBy(hidden::run)
				.withMessageContaining("'run' of class '" + Task.class.getName() + "'")
				.withMessageContaining("'Task' as return type of the @Bean method");
		}
	}

	@Test
	void aProblemIsSaidToWhoeverAsksEarly() {
		assertRefused(new Class<?>[] { AsksEarly.class, NegativeAttempts.class }, "negative 'maxAttempts' (-1)");
	}

	static void assertRefused(Class<?> component, String... parts) {
		assertRefused(new Class<?>[] { component }, parts);
	}

	private static void assertRefused(Class<?>[] components, String... parts) {
		JobConfigurationException refused = refusalOf(components);
		assertThat(refused).hasMessageContainingAll(parts);
		assertThat(refused.getMessage()).startsWith(refused.description()).endsWith(refused.action().orElseThrow());
	}

	private static JobConfigurationException refusalOf(Class<?>... components) {
		try (Calls calls = Calls.notYetStarted(components)) {
			Throwable first = catchThrowable(calls.context::refresh);
			Throwable thrown = first;
			while (thrown != null && !(thrown instanceof JobConfigurationException)) {
				thrown = thrown.getCause();
			}
			assertThat(thrown).as("refusal, not %s", first).isNotNull();
			return (JobConfigurationException) thrown;
		}
	}

	static class Fine {

		@BackgroundJob
		public void run() {
		}

	}

	static class Plain {

		@BackgroundJob
		public void run() {
		}

	}

	static class StaticMethod {

		@BackgroundJob
		public static void run() {
		}

	}

	static class PrivateMethod {

		@BackgroundJob
		private void run() {
		}

	}

	static class FinalMethod {

		@BackgroundJob
		public final void run() {
		}

	}

	static final class FinalClass {

		@BackgroundJob
		public void run() {
		}

	}

	@Lazy
	static final class LazyFinalClass {

		@BackgroundJob
		public void run() {
		}

	}

	static class ReturnsText {

		@BackgroundJob
		public String run() {
			return "";
		}

	}

	static class ReturnsStage {

		@BackgroundJob
		public CompletionStage<String> run() {
			throw new UnsupportedOperationException();
		}

	}

	static class ReturnsRaw {

		@BackgroundJob
		@SuppressWarnings("rawtypes")
		public JobHandle run() {
			return JobHandle.completed(1);
		}

	}

	static class ReturnsWildcard {

		@BackgroundJob
		public JobHandle<?> run() {
			return JobHandle.completed(1);
		}

	}

	static class ReturnsVariable {

		@BackgroundJob
		public <T> JobHandle<T> run() {
			throw new UnsupportedOperationException();
		}

	}

	static class LongName {

		static final String X50 = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

		@BackgroundJob(name = X50 + X50 + X50 + X50 + "x")
		public void run() {
		}

	}

	static class BlankName {

		@BackgroundJob(name = " ")
		public void run() {
		}

	}

	static class BlankAlias {

		@BackgroundJob(aliases = "")
		public void run() {
		}

	}

	static class BlankQueue {

		@BackgroundJob(queue = "")
		public void run() {
		}

	}

	static class LongQueue {

		@BackgroundJob(queue = LongName.X50 + LongName.X50 + "x")
		public void run() {
		}

	}

	static class HighPriority {

		@BackgroundJob(priority = 32768)
		public void run() {
		}

	}

	static class LowPriority {

		@BackgroundJob(priority = -32769)
		public void run() {
		}

	}

	static class NegativeAttempts {

		@BackgroundJob(maxAttempts = -1)
		public void run() {
		}

	}

	static class NoDuration {

		@BackgroundJob(timeout = "soon")
		public void run() {
		}

	}

	static class NoRate {

		@BackgroundJob(rateLimit = "often")
		public void run() {
		}

	}

	static class RateWithoutUnit {

		@BackgroundJob(rateLimit = "100/60")
		public void run() {
		}

	}

	static class NoStarts {

		@BackgroundJob(rateLimit = "0/1m")
		public void run() {
		}

	}

	static class ZeroTimeout {

		@BackgroundJob(timeout = "0s")
		public void run() {
		}

	}

	static class NegativeTimeout {

		@BackgroundJob(timeout = "-5m")
		public void run() {
		}

	}

	static class NoUnit {

		@BackgroundJob(timeout = "10")
		public void run() {
		}

	}

	static class VeryLongTimeout {

		@BackgroundJob(timeout = "200000d")
		public void run() {
		}

	}

	static class EndlessTimeout {

		@BackgroundJob(timeout = "99999999999999999999d")
		public void run() {
		}

	}

	static class NoPolicy {

		@BackgroundJob(retryPolicy = "patient")
		public void run() {
		}

	}

	static class PatientText {

		@Bean
		String patient() {
			return "not a policy";
		}

	}

	static class AsyncMethod {

		@Async
		@BackgroundJob
		public void run() {
		}

	}

	@Async
	static class AsyncClass {

		@BackgroundJob
		public void run() {
		}

	}

	static class TakesObject {

		@BackgroundJob
		public void run(JobContext context, Object what) {
		}

	}

	static class TakesVariable<T> {

		@BackgroundJob
		public void run(List<T> what) {
		}

	}

	static class Overloads {

		@BackgroundJob
		public void run(int number) {
		}

		@BackgroundJob
		public void run(String text) {
		}

	}

	static class TwoBeans {

		@Bean
		Fine one() {
			return new Fine();
		}

		@Bean
		Fine two() {
			return new Fine();
		}

	}

	static class ClaimsFine {

		@BackgroundJob(aliases = "Fine.run")
		public void other() {
		}

	}

	static class Anonymous {

		@Bean
		Object nameless() {
			return new Object() {

				@BackgroundJob
				public void run() {
					assertThat(this).isNotNull();
				}

			};
		}

	}

	static class Many {

		@BackgroundJob(queue = " ")
		private int run() {
			return 1;
		}

	}

	static class AsksTooEarly {

		@Bean
		static Early early(Fine fine) {
			return new Early(fine);
		}

	}

	static class Early implements BeanPostProcessor, PriorityOrdered {

		private final Fine fine;

		Early(Fine fine) {
			this.fine = fine;
		}

		@Override
		public int getOrder() {
			return (this.fine != null) ? 0 : 1;
		}

	}

	static class InterfaceProxies {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			DefaultAdvisorAutoProxyCreator proxies = new DefaultAdvisorAutoProxyCreator();
			proxies.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return proxies;
		}

		@Bean
		static org.springframework.aop.Advisor advisor() {
			return new org.springframework.aop.support.DefaultPointcutAdvisor(
					new org.springframework.aop.support.annotation.AnnotationMatchingPointcut(null, BackgroundJob.class,
							true),
					(org.aopalliance.intercept.MethodInterceptor) (invocation) -> invocation.proceed());
		}

	}

	interface Named {

		String name();

	}

	static class HiddenByInterface implements Named {

		@Override
		public String name() {
			return "hidden";
		}

		@BackgroundJob
		public void run() {
		}

	}

	static class Task implements Runnable {

		@Override
		@BackgroundJob
		public void run() {
		}

	}

	static class HiddenType {

		@Bean
		@Lazy
		Runnable task() {
			return new Task();
		}

	}

	static class AsksEarly {

		AsksEarly(HandlerRegistry registry) {
			registry.names();
		}

	}

}
