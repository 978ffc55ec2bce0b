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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.EvaluationContext;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobArgumentException;
import dev.aftercommit.store.JobTerms;

/**
 * The keys and tags of a handler's jobs: parsed once, and evaluated for each call.
 *
 * @param job the job's name
 * @param method the method whose parameters they are about
 * @param annotation says what is not an expression
 * @param concurrencyKey the key, if there is one
 * @param uniqueKey the key, if there is one
 * @param tags the tags
 */
record HandlerTerms(String job, Method method, BackgroundJob annotation, @Nullable TermExpression concurrencyKey,
		@Nullable TermExpression uniqueKey, List<TermExpression> tags) {

	static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	static final int MAX_KEY = 200;

	static final int MAX_TAG = 100;

	private static final TermText TEXT = new TermText();

	/**
	 * The terms of a method that keeps the rules.
	 * @param found the method
	 * @return its terms
	 */
	static HandlerTerms of(AnnotatedMethod found) {
		BackgroundJob annotation = found.annotation();
		return new HandlerTerms(found.jobName(), found.method(), annotation,
				key("concurrencyKey", annotation.concurrencyKey()), key("uniqueKey", annotation.uniqueKey()),
				Arrays.stream(annotation.tags()).map((text) -> TermExpression.parse("tags", text, MAX_TAG)).toList());
	}

	private static @Nullable TermExpression key(String attribute, String text) {
		return text.isEmpty() ? null : TermExpression.parse(attribute, text, MAX_KEY);
	}

	/**
	 * Evaluate them.
	 * @param arguments the arguments of a call, one for each parameter
	 * @return the terms of its job
	 * @throws JobArgumentException if one of them has no value that can be stored
	 */
	JobTerms forCall(@Nullable Object[] arguments) {
		if (this.concurrencyKey == null && this.uniqueKey == null && this.tags.isEmpty()) {
			return JobTerms.NONE;
		}
		MethodBasedEvaluationContext context = new MethodBasedEvaluationContext(null, this.method, arguments, NAMES);
		context.setTypeConverter(TEXT);
		return new JobTerms(
				(this.concurrencyKey != null) ? this.concurrencyKey.requiredValueIn(context, this.job) : null,
				this.annotation.concurrencyLimit(),
				// Of this handler only: what others call the same is something else.
				(this.uniqueKey != null) ? this.job + ":" + this.uniqueKey.requiredValueIn(context, this.job) : null,
				this.annotation.uniqueUntil(), this.annotation.onDuplicate(), tags(context));
	}

	private List<String> tags(EvaluationContext context) {
		return this.tags.stream()
			.map((tag) -> tag.valueIn(context, this.job))
			.filter(Objects::nonNull)
			.distinct()
			.toList();
	}

}
