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

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.scheduling.annotation.Async;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobContext;
import dev.aftercommit.store.RateLimit;

/**
 * What an annotated method must be, by itself, to be a handler.
 */
final class MethodRules {

	private static final int MAX_NAME = 200;

	private static final int MAX_QUEUE = 100;

	private final BeanFactory beans;

	private final TypeCheck types;

	MethodRules(BeanFactory beans, TypeCheck types) {
		this.beans = beans;
		this.types = types;
	}

	/**
	 * Check one method.
	 * @param found the method
	 * @param signature its parameters and result
	 * @return what is wrong with it, possibly nothing
	 */
	List<Problem> check(AnnotatedMethod found, BodySignature signature) {
		Problems problems = new Problems(found.toString());
		checkModifiers(found, problems);
		checkAdvice(found, problems);
		checkNames(found, problems);
		checkNumbers(found.annotation(), problems);
		checkTexts(found.annotation(), problems);
		checkReturnType(found.method(), signature, problems);
		checkArguments(found.method(), signature, problems);
		checkRecurrence(found.method(), signature, problems);
		problems.list.addAll(TransactionRules.check(found));
		problems.list.addAll(TermRules.check(found, signature));
		return problems.list;
	}

	/**
	 * Why a class can't have a proxy.
	 * @param userClass the class
	 * @return the problem
	 */
	static Problem finalClass(Class<?> userClass) {
		return new Problem(
				"Class '" + userClass.getName() + "' has a @BackgroundJob method, but is final, so that no proxy can"
						+ " turn its calls into jobs.",
				"Remove 'final' from the class (a record or an enum can't be a bean with jobs; in Kotlin, use 'open' or"
						+ " the Spring compiler plugin).");
	}

	private static void checkModifiers(AnnotatedMethod found, Problems problems) {
		int modifiers = found.method().getModifiers();
		if (Modifier.isStatic(modifiers)) {
			problems.add("is static, so that no call goes through the bean", "Make it an instance method of the bean.");
		}
		if (Modifier.isPrivate(modifiers)) {
			problems.add("is private, so that no proxy sees its calls",
					"Make it public, protected or package-private, and call it from another bean.");
		}
		if (Modifier.isFinal(modifiers)) {
			problems.add("is final, so that no proxy can override it",
					"Remove 'final' from the method (in Kotlin, use 'open' or the Spring compiler plugin).");
		}
		if (Modifier.isFinal(found.userClass().getModifiers())) {
			problems.list.add(finalClass(found.userClass()));
		}
	}

	private static void checkAdvice(AnnotatedMethod found, Problems problems) {
		if (AnnotatedElementUtils.hasAnnotation(found.method(), Async.class)
				|| AnnotatedElementUtils.hasAnnotation(found.userClass(), Async.class)) {
			problems.add(
					"is also @Async: the worker would hand the body to another thread and record a success before"
							+ " it has run",
					"Remove @Async from the method or its class: a background job never runs on its"
							+ " caller's thread.");
		}
	}

	private static void checkNames(AnnotatedMethod found, Problems problems) {
		if (found.userClass().getSimpleName().isEmpty() && found.annotation().name().isEmpty()) {
			problems.add("is in a class without a name", "Give the job a name: @BackgroundJob(name = \"…\").");
		}
		checkLength("name", found.jobName(), MAX_NAME, problems);
		for (String alias : found.annotation().aliases()) {
			checkLength("aliases", alias, MAX_NAME, problems);
		}
	}

	private static void checkLength(String attribute, String value, int max, Problems problems) {
		if (value.isBlank()) {
			problems.add("has a blank '" + attribute + "'", "Give '" + attribute + "' a text, or leave it out.");
		}
		if (value.length() > max) {
			problems.add("has '" + attribute + "' (" + value + ") of " + value.length() + " characters",
					"Shorten '" + attribute + "' to at most " + max + " characters.");
		}
	}

	private static void checkNumbers(BackgroundJob annotation, Problems problems) {
		int priority = annotation.priority();
		if (priority < Short.MIN_VALUE || priority > Short.MAX_VALUE) {
			problems.add("has 'priority' (" + priority + ") out of range",
					"Choose a 'priority' between " + Short.MIN_VALUE + " and " + Short.MAX_VALUE + ", lower first.");
		}
		if (annotation.maxAttempts() < 0) {
			problems.add("has a negative 'maxAttempts' (" + annotation.maxAttempts() + ")",
					"Set 'maxAttempts' to 1 or more, the first run included, or to 0 for"
							+ " 'aftercommit.retry.max-attempts'.");
		}
	}

	private void checkTexts(BackgroundJob annotation, Problems problems) {
		checkLength("queue", annotation.queue(), MAX_QUEUE, problems);
		TimeoutText.problemWith(annotation.timeout()).ifPresent((what) -> problems.add(what, TimeoutText.ACTION));
		checkRate(annotation.rateLimit(), problems);
		String policy = annotation.retryPolicy();
		if (!policy.isEmpty()
				&& !(this.beans.containsBean(policy) && this.beans.isTypeMatch(policy, RetryPolicy.class))) {
			problems.add(
					"names 'retryPolicy' (" + policy + "), but there is no bean of that name and of type "
							+ RetryPolicy.class.getName(),
					"Declare a RetryPolicy bean named '" + policy
							+ "', or correct the name; leave it out to use 'aftercommit.retry.*'.");
		}
	}

	private static void checkRate(String rate, Problems problems) {
		try {
			if (!rate.isEmpty()) {
				RateLimit.parse(rate);
			}
		}
		catch (IllegalArgumentException ex) {
			problems.add("has 'rateLimit' (" + rate + ") that can't be kept: " + ex.getMessage(),
					"Write 'rateLimit' as " + RateLimit.NOTATION + "; leave it out for no limit.");
		}
	}

	private static void checkRecurrence(Method method, BodySignature signature, Problems problems) {
		if (HandlerScan.recurrenceOf(method) != null && !signature.positions().isEmpty()) {
			problems.add(
					"is also @RecurringJob and has " + signature.positions().size()
							+ " parameters, for which a schedule has no arguments",
					"Remove the parameters (a JobContext may stay), or move @RecurringJob to a method without, which"
							+ " calls this one.");
		}
	}

	private void checkReturnType(Method method, BodySignature signature, Problems problems) {
		Type result = signature.resultType();
		if (result == null) {
			problems.add("returns '" + method.getGenericReturnType().getTypeName() + "', which no caller can get at"
					+ " the call", "Return void, JobHandle<T>, CompletableFuture<T> or Future<T>.");
		}
		else if (result != Void.class) {
			checkType("its result", result, problems);
		}
	}

	private void checkArguments(Method method, BodySignature signature, Problems problems) {
		for (int i = 0; i < signature.positions().size(); i++) {
			int position = signature.positions().get(i);
			checkType("parameter '" + method.getParameters()[position].getName() + "' (number " + (position + 1) + ")",
					signature.argumentTypes().get(i), problems);
		}
	}

	private void checkType(String what, Type type, Problems problems) {
		if (type == JobContext.class) {
			problems.add("has a JobContext as " + what, "Take it as a plain parameter of type JobContext.");
		}
		else if (!ResolvedTypes.isComplete(type)) {
			problems.add("leaves open what type " + what + " is: '" + type.getTypeName() + "'",
					"Declare a concrete type, or bind the type variable in the bean's class, as in"
							+ " 'class Invoices extends Importer<Invoice>'.");
		}
		else {
			String problem = this.types.problemWith(type);
			if (problem != null) {
				problems.add("can't store " + what + " of type '" + type.getTypeName() + "': " + problem,
						"Pass a value that can be stored as JSON and bound again, such as an id, a text or a record.");
			}
		}
	}

	/**
	 * Problems of one method.
	 */
	private static final class Problems {

		private final List<Problem> list = new ArrayList<>();

		private final String method;

		Problems(String method) {
			this.method = method;
		}

		void add(String what, String action) {
			this.list.add(new Problem("@BackgroundJob method " + this.method + " " + what + ".", action));
		}

	}

}
