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

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.Ordered;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.retry.RetryPolicy;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.EnqueueMode;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;
import dev.aftercommit.Sensitive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HandlerTests {

	@Test
	void aCallIsACallAndARunIsARun() throws Throwable {
		try (Calls calls = Calls.of(Plain.class)) {
			Plain plain = calls.bean(Plain.class);
			plain.run(7, "x");
			assertThat(plain.ran()).isEmpty();
			assertThat(calls.onlyCall().name()).isEqualTo("Plain.run");
			assertThat(calls.onlyCall().arguments()).containsExactly(7L, "x");
			JobHandle<?> handle = (JobHandle<?>) calls.handler("Plain.run")
				.invoke(calls.onlyCall().arguments(), Calls.attempt());
			assertThat(handle).isNotNull();
			assertThat(handle.join(Duration.ZERO)).isEqualTo("7x");
			assertThat(plain.ran()).containsExactly("7x");
			assertThat(calls.calls).hasSize(1);
		}
	}

	@Test
	void anAnnotationsAttributesAreTheHandlers() {
		try (Calls calls = Calls.of(Full.class, Policies.class)) {
			JobHandler handler = calls.handler("full");
			assertThat(handler.aliases()).containsExactlyInAnyOrder("old", "older");
			assertThat(handler.queue()).isEqualTo("bulk");
			assertThat(handler.priority()).isEqualTo(-5);
			assertThat(handler.maxAttempts()).isEqualTo(3);
			assertThat(handler.timeout()).contains(Duration.ofMinutes(90));
			assertThat(handler.enqueueMode()).isEqualTo(EnqueueMode.IMMEDIATE);
			assertThat(handler.retryPolicy()).containsSame(calls.context.getBean("patient", RetryPolicy.class));
			assertThat(handler.argumentTypes()).containsExactly(String.class);
			assertThat(handler.resultType()).isEqualTo(Void.class);
			assertThat(calls.registry().find("old")).containsSame(handler);
			assertThat(calls.registry().names()).containsExactlyInAnyOrder("full", "old", "older");
			assertThat(calls.registry().handlers()).containsExactly(handler);
			assertThat(calls.registry().find("unknown")).isEmpty();
		}
	}

	@Test
	void defaultsAreTheDefaults() {
		try (Calls calls = Calls.of(Plain.class)) {
			JobHandler handler = calls.handler("Plain.run");
			assertThat(handler.aliases()).isEmpty();
			assertThat(handler.queue()).isEqualTo("default");
			assertThat(handler.priority()).isZero();
			assertThat(handler.maxAttempts()).isZero();
			assertThat(handler.timeout()).isEmpty();
			assertThat(handler.retryPolicy()).isEmpty();
			assertThat(handler.enqueueMode()).isEqualTo(EnqueueMode.AFTER_COMMIT);
			assertThat(handler.isRetryable(new IOException())).isTrue();
		}
	}

	@Test
	void discardForWinsOverRetryFor() {
		try (Calls calls = Calls.of(Full.class, Policies.class)) {
			JobHandler handler = calls.handler("full");
			assertThat(handler.isRetryable(new IOException())).isTrue();
			assertThat(handler.isRetryable(new java.io.FileNotFoundException())).isFalse();
			assertThat(handler.isRetryable(new IllegalStateException())).isFalse();
		}
	}

	@Test
	void aContextIsHandedInAndNotStored() throws Throwable {
		try (Calls calls = Calls.of(WithContext.class)) {
			JobContext context = Calls.attempt();
			WithContext bean = calls.bean(WithContext.class);
			bean.run(null, "a", null, 2);
			JobHandler handler = calls.onlyCall().handler();
			assertThat(handler.argumentTypes()).containsExactly(String.class, int.class);
			assertThat(calls.onlyCall().arguments()).containsExactly("a", 2);
			assertThat(handler.invoke(new Object[] { "a", 2 }, context)).isNull();
			assertThat(bean.seen()).containsExactly(context, "a", context, 2);
			assertThatIllegalArgumentException().isThrownBy(() -> handler.invoke(new Object[] { "a" }, context))
				.withMessageContaining("'arguments' (1)");
		}
	}

	@Test
	void sensitiveParametersAreKnownByTheirPlacesAmongWhatIsStored() {
		try (Calls calls = Calls.of(Confidential.class, Plain.class)) {
			assertThat(calls.handler("Confidential.signIn").sensitiveArguments()).containsExactlyInAnyOrder(1, 2);
			assertThat(calls.handler("Confidential.declaredElsewhere").sensitiveArguments()).containsExactly(0);
			assertThat(calls.handler("Plain.run").sensitiveArguments()).isEmpty();
		}
	}

	@Test
	void whatTheBodyThrowsComesOutUnwrapped() {
		try (Calls calls = Calls.of(Failing.class)) {
			JobHandler handler = calls.handler("Failing.run");
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> handler.invoke(new Object[0], Calls.attempt()))
				.withMessage("disk");
			calls.bean(Failing.class);
			assertThat(RunMarker.take(handler.method())).isFalse();
		}
	}

	@Test
	void aCallInsideTheBodyToTheSameMethodThroughTheBeanIsACall() throws Throwable {
		try (Calls calls = Calls.of(Again.class)) {
			calls.handler("Again.run").invoke(new Object[] { 3 }, Calls.attempt());
			assertThat(calls.onlyCall().arguments()).containsExactly(2);
		}
	}

	@Test
	void packagePrivateAndProtectedMethodsWork() throws Throwable {
		try (Calls calls = Calls.of(Hidden.class)) {
			Hidden hidden = calls.bean(Hidden.class);
			hidden.packagePrivate();
			hidden.protectedOne();
			assertThat(calls.calls).extracting(Calls.Call::name)
				.containsExactly("Hidden.packagePrivate", "Hidden.protectedOne");
			for (Calls.Call call : calls.calls) {
				call.handler().invoke(call.arguments(), Calls.attempt());
			}
			assertThat(hidden.ran()).containsExactly("packagePrivate", "protectedOne");
		}
	}

	@Test
	void anAnnotationOnAnInterfaceMethodCounts() throws Throwable {
		try (Calls calls = Calls.of(AnnotatedByInterface.class)) {
			importing(calls).load(List.of(1L));
			Calls.Call call = calls.onlyCall();
			assertThat(call.name()).isEqualTo("AnnotatedByInterface.load");
			assertThat(call.handler().argumentTypes())
				.containsExactly(typeOf(new ParameterizedTypeReference<List<Long>>() {
				}));
			call.handler().invoke(call.arguments(), Calls.attempt());
			assertThat(calls.bean(AnnotatedByInterface.class).loaded()).containsExactly(1L);
		}
	}

	@Test
	void aJdkProxyWorksToo() throws Throwable {
		try (Calls calls = Calls.of(InterfaceProxies.class, AnnotatedByInterface.class, Around.class)) {
			Importing<List<Long>> bean = importing(calls);
			assertThat(AopUtils.isJdkDynamicProxy(bean)).isTrue();
			importing(calls).load(List.of(1L));
			assertThat(calls.bean(Around.class).seen).isEmpty();
			Calls.Call call = calls.onlyCall();
			assertThat(call.name()).isEqualTo("AnnotatedByInterface.load");
			call.handler().invoke(call.arguments(), Calls.attempt());
			assertThat(calls.bean(Around.class).seen).containsExactly("load");
			assertThat(calls.calls).hasSize(1);
		}
	}

	@Test
	void genericsAreResolvedAgainstTheUsersClass() throws Throwable {
		try (Calls calls = Calls.of(Texts.class, Numbers.class)) {
			assertThat(calls.registry().names()).containsExactlyInAnyOrder("Texts.take", "Numbers.take");
			assertThat(calls.handler("Texts.take").argumentTypes()).containsExactly(String.class,
					typeOf(new ParameterizedTypeReference<Map<String, List<String>>>() {
					}), String[].class);
			assertThat(calls.handler("Numbers.take").argumentTypes()).first()
				.isEqualTo(typeOf(new ParameterizedTypeReference<List<Integer>>() {
				}));
			assertThat(calls.handler("Numbers.take").argumentTypes().get(2).getTypeName())
				.isEqualTo("java.util.List<java.lang.Integer>[]");
			assertThat(calls.handler("Texts.take").resultType()).isEqualTo(String.class);
			Base<String> texts = calls.bean(Texts.class);
			texts.take("a", Map.of(), new String[0]);
			assertThat(calls.onlyCall().name()).isEqualTo("Texts.take");
			calls.onlyCall().handler().invoke(calls.onlyCall().arguments(), Calls.attempt());
			assertThat(calls.bean(Texts.class).taken()).containsExactly("a");
			calls.handler("Numbers.take").invoke(new Object[] { List.of(1), Map.of(), null }, Calls.attempt());
			assertThat(calls.bean(Numbers.class).taken()).containsExactly(List.of(1));
			assertThat(calls.calls).hasSize(1);
		}
	}

	@Test
	void aMethodInheritedFromALessVisibleClassWorks() throws Throwable {
		try (Calls calls = Calls.of(Visible.class)) {
			calls.bean(Visible.class).run(4);
			Calls.Call call = calls.onlyCall();
			assertThat(call.name()).isEqualTo("Visible.run");
			call.handler().invoke(call.arguments(), Calls.attempt());
			assertThat(calls.bean(Visible.class).sum()).isEqualTo(4);
			assertThat(calls.calls).hasSize(1);
		}
	}

	@Test
	void twoSubclassesOfOneAnnotatedClassAreTwoHandlers() {
		try (Calls calls = Calls.of(Numbers.class, MoreNumbers.class)) {
			calls.bean(MoreNumbers.class).take(List.of(), Map.of(), null);
			assertThat(calls.onlyCall().name()).isEqualTo("MoreNumbers.take");
			assertThat(calls.handler("MoreNumbers.take").method()).isEqualTo(calls.handler("Numbers.take").method());
		}
	}

	@Test
	void allReturnTypesSayWhatTheirResultIs() {
		try (Calls calls = Calls.of(Returning.class)) {
			assertThat(calls.handler("Returning.handle").resultType())
				.isEqualTo(typeOf(new ParameterizedTypeReference<List<String>>() {
				}));
			assertThat(calls.handler("Returning.future").resultType()).isEqualTo(Integer.class);
			assertThat(calls.handler("Returning.plainFuture").resultType()).isEqualTo(Void.class);
		}
	}

	@Test
	void lazyBeansHaveHandlersAndAreNotCreated() throws Throwable {
		LazyOne.created = 0;
		try (Calls calls = Calls.of(LazyOne.class)) {
			assertThat(calls.registry().names()).containsExactly("LazyOne.run");
			assertThat(LazyOne.created).isZero();
			calls.handler("LazyOne.run").invoke(new Object[0], Calls.attempt());
			assertThat(LazyOne.created).isEqualTo(1);
			calls.bean(LazyOne.class).run();
			assertThat(calls.onlyCall().name()).isEqualTo("LazyOne.run");
		}
	}

	@Test
	void prototypesAreCreatedForEachRun() throws Throwable {
		Prototype.created = 0;
		try (Calls calls = Calls.of(Prototype.class)) {
			JobHandler handler = calls.handler("Prototype.run");
			assertThat(Prototype.created).isZero();
			handler.invoke(new Object[0], Calls.attempt());
			handler.invoke(new Object[0], Calls.attempt());
			assertThat(Prototype.created).isEqualTo(2);
			calls.bean(Prototype.class).run();
			assertThat(calls.onlyCall().handler()).isSameAs(handler);
		}
	}

	@Test
	void aScopedProxyAndItsTargetAreOneHandler() throws Throwable {
		try (Calls calls = Calls.of(ThreadScope.class, Scoped.class)) {
			assertThat(calls.registry().handlers()).hasSize(1);
			Scoped scoped = calls.bean(Scoped.class);
			scoped.run("a");
			Calls.Call call = calls.onlyCall();
			assertThat(call.name()).isEqualTo("Scoped.run");
			call.handler().invoke(call.arguments(), Calls.attempt());
			assertThat(scoped.ran()).containsExactly("a");
			assertThat(calls.calls).hasSize(1);
		}
	}

	@Test
	void beanMethodsOfAConfigurationClassCount() {
		try (Calls calls = Calls.of(SelfAnnotated.class)) {
			calls.bean(SelfAnnotated.class).run();
			assertThat(calls.onlyCall().name()).isEqualTo("SelfAnnotated.run");
		}
	}

	@Test
	void theProductOfAFactoryBeanCounts() throws Throwable {
		try (Calls calls = Calls.of(PlainFactory.class)) {
			calls.bean(Plain.class).run(1, "y");
			assertThat(calls.onlyCall().name()).isEqualTo("Plain.run");
			calls.onlyCall().handler().invoke(calls.onlyCall().arguments(), Calls.attempt());
			assertThat(calls.bean(Plain.class).ran()).containsExactly("1y");
		}
	}

	@Test
	void aBeanMadeOfAnInterfaceAloneWorks() throws Throwable {
		try (Calls calls = Calls.of(ClientConfiguration.class)) {
			calls.bean(Client.class).send("a");
			assertThat(calls.onlyCall().name()).isEqualTo("client.send");
			calls.onlyCall().handler().invoke(calls.onlyCall().arguments(), Calls.attempt());
			assertThat(ClientConfiguration.SENT).containsExactly("send");
		}
	}

	@Test
	void theRegistryCanBeAskedBeforeAllBeansAreThere() {
		try (Calls calls = Calls.of(CallsEarly.class, Plain.class)) {
			assertThat(calls.onlyCall().name()).isEqualTo("Plain.run");
		}
	}

	@Test
	void aSecondContextStartsAfresh() {
		try (Calls first = Calls.of(Plain.class)) {
			first.bean(Plain.class).run(1, "a");
			assertThat(first.calls).hasSize(1);
		}
		try (Calls second = Calls.of(Plain.class)) {
			second.bean(Plain.class).run(1, "a");
			assertThat(second.calls).hasSize(1);
		}
	}

	@Test
	void aMethodWithoutAnnotationHasNoHandler() throws NoSuchMethodException {
		try (Calls calls = Calls.of(Plain.class)) {
			assertThat(calls.registry().find(Plain.class, Plain.class.getDeclaredMethod("ran"))).isEmpty();
			assertThat(calls.bean(Plain.class).ran()).isEmpty();
		}
	}

	@SuppressWarnings("unchecked")
	private static Importing<List<Long>> importing(Calls calls) {
		return calls.bean(Importing.class);
	}

	static Type typeOf(ParameterizedTypeReference<?> reference) {
		return reference.getType();
	}

	static class Plain {

		private final List<String> ran = new ArrayList<>();

		@BackgroundJob
		public JobHandle<String> run(long id, String text) {
			this.ran.add(id + text);
			return JobHandle.completed(id + text);
		}

		List<String> ran() {
			return this.ran;
		}

	}

	static class Full {

		@BackgroundJob(name = "full", aliases = { "old", "older", "full" }, queue = "bulk", priority = -5,
				maxAttempts = 3, timeout = "1h30m", retryFor = IOException.class,
				discardFor = java.io.FileNotFoundException.class, retryPolicy = "patient",
				enqueue = EnqueueMode.IMMEDIATE)
		public void run(String text) {
		}

	}

	static class Policies {

		@Bean
		RetryPolicy patient() {
			return RetryPolicy.withMaxRetries(100);
		}

	}

	static class WithContext {

		private final List<Object> seen = new ArrayList<>();

		@BackgroundJob
		public void run(JobContext first, String text, JobContext second, int number) {
			this.seen.addAll(List.of(first, text, second, number));
		}

		List<Object> seen() {
			return this.seen;
		}

	}

	static class Failing {

		@BackgroundJob
		public void run() throws IOException {
			throw new IOException("disk");
		}

	}

	static class Again {

		private final Again self;

		Again(@Lazy Again self) {
			this.self = self;
		}

		@BackgroundJob
		public void run(int times) {
			this.self.run(times - 1);
		}

	}

	static class Hidden {

		private final List<String> ran = new ArrayList<>();

		@BackgroundJob
		void packagePrivate() {
			this.ran.add("packagePrivate");
		}

		@BackgroundJob
		protected void protectedOne() {
			this.ran.add("protectedOne");
		}

		List<String> ran() {
			return this.ran;
		}

	}

	@Target(ElementType.PARAMETER)
	@Retention(RetentionPolicy.RUNTIME)
	@Sensitive
	@interface Password {

	}

	interface Declaring {

		void declaredElsewhere(@Sensitive String password, String user);

	}

	static class Confidential implements Declaring {

		@BackgroundJob
		public void signIn(String user, JobContext context, @Sensitive String password, @Password List<String> more) {
		}

		@Override
		@BackgroundJob
		public void declaredElsewhere(String password, String user) {
		}

	}

	interface Importing<T> {

		@BackgroundJob
		void load(T what);

	}

	static class AnnotatedByInterface implements Importing<List<Long>> {

		private static final List<Long> LOADED = new ArrayList<>();

		AnnotatedByInterface() {
			LOADED.clear();
		}

		@Override
		public void load(List<Long> what) {
			LOADED.addAll(what);
		}

		List<Long> loaded() {
			return LOADED;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceProxies {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			DefaultAdvisorAutoProxyCreator proxies = new DefaultAdvisorAutoProxyCreator();
			proxies.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return proxies;
		}

		@Bean
		org.springframework.aop.Advisor advisor(Around around) {
			return new org.springframework.aop.support.DefaultPointcutAdvisor(
					new org.springframework.aop.support.annotation.AnnotationMatchingPointcut(null, BackgroundJob.class,
							true),
					around);
		}

	}

	static class Around implements org.aopalliance.intercept.MethodInterceptor {

		private final List<String> seen = new ArrayList<>();

		@Override
		public Object invoke(org.aopalliance.intercept.MethodInvocation invocation) throws Throwable {
			this.seen.add(invocation.getMethod().getName());
			return invocation.proceed();
		}

	}

	abstract static class Base<T> {

		private final List<T> taken = new ArrayList<>();

		List<T> taken() {
			return this.taken;
		}

		@BackgroundJob
		public JobHandle<T> take(T one, Map<String, ? extends List<T>> many, T[] array) {
			this.taken.add(one);
			return JobHandle.completed(one);
		}

	}

	static class Texts extends Base<String> {

		@Override
		public JobHandle<String> take(String one, Map<String, ? extends List<String>> many, String[] array) {
			return super.take(one, many, array);
		}

	}

	static class Numbers extends Base<List<Integer>> {

	}

	static class MoreNumbers extends Base<List<Integer>> {

	}

	static class LessVisible {

		private int sum;

		@BackgroundJob
		public void run(int number) {
			this.sum += number;
		}

		public int sum() {
			return this.sum;
		}

	}

	public static class Visible extends LessVisible {

	}

	static class Returning {

		@BackgroundJob
		public JobHandle<List<String>> handle() {
			return JobHandle.completed(List.of());
		}

		@BackgroundJob
		public CompletableFuture<Integer> future() {
			return CompletableFuture.completedFuture(1);
		}

		@BackgroundJob
		public Future<Void> plainFuture() {
			return CompletableFuture.completedFuture(null);
		}

	}

	@Lazy
	static class LazyOne {

		private static int created;

		private final int number;

		LazyOne() {
			this.number = ++created;
		}

		@BackgroundJob
		public void run() {
			assertThat(this.number).isPositive();
		}

	}

	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	static class Prototype {

		private static int created;

		private final int number;

		Prototype() {
			this.number = ++created;
		}

		@BackgroundJob
		public void run() {
			assertThat(this.number).isPositive();
		}

	}

	static class ThreadScope {

		@Bean
		static CustomScopeConfigurer threadScope() {
			CustomScopeConfigurer scopes = new CustomScopeConfigurer();
			scopes.addScope("thread", new SimpleThreadScope());
			return scopes;
		}

	}

	@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class Scoped {

		private final List<String> ran = new ArrayList<>();

		@BackgroundJob
		public void run(String text) {
			this.ran.add(text);
		}

		public List<String> ran() {
			return this.ran;
		}

	}

	@Configuration
	static class SelfAnnotated {

		@BackgroundJob
		public void run() {
		}

		@Bean
		String text() {
			return "x";
		}

	}

	static class PlainFactory implements FactoryBean<Plain> {

		@Override
		public Plain getObject() {
			return new Plain();
		}

		@Override
		public Class<?> getObjectType() {
			return Plain.class;
		}

	}

	interface Client {

		@BackgroundJob(name = "client.send")
		void send(String text);

	}

	static class ClientConfiguration {

		static final List<String> SENT = new ArrayList<>();

		@Bean
		Client client() {
			SENT.clear();
			return (Client) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Client.class },
					(proxy, method, arguments) -> switch (method.getName()) {
						case "hashCode" -> System.identityHashCode(proxy);
						case "equals" -> proxy == arguments[0];
						case "toString" -> "client";
						default -> {
							SENT.add(method.getName());
							yield null;
						}
					});
		}

	}

	static class CallsEarly {

		CallsEarly(Plain plain) {
			plain.run(1, "early");
		}

	}

}
