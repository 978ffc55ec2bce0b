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

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.StringUtils;

import dev.aftercommit.JobArgumentException;

/**
 * One key or tag of an annotation, parsed. The text is the developer's; arguments are
 * values that it looks at, and never parsed.
 *
 * @param attribute where it is
 * @param expression the expression
 * @param maxLength the most characters that its value may have
 */
record TermExpression(String attribute, SpelExpression expression, int maxLength) {

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	/**
	 * Parse.
	 * @param attribute where the text is
	 * @param text the text
	 * @param maxLength the most characters that its value may have
	 * @return the expression
	 * @throws ParseException if it is none
	 * @throws IllegalArgumentException if it is blank
	 */
	static TermExpression parse(String attribute, String text, int maxLength) {
		return new TermExpression(attribute, PARSER.parseRaw(text), maxLength);
	}

	/**
	 * The value for one call.
	 * @param context the call
	 * @param job the job's name
	 * @return its text, or {@code null} for none
	 * @throws JobArgumentException if it has no value that can be stored
	 */
	@Nullable String valueIn(EvaluationContext context, String job) {
		String text = evaluate(context, job);
		if (text != null) {
			check(text, job);
		}
		return text;
	}

	/**
	 * The value for one call.
	 * @param context the call
	 * @param job the job's name
	 * @return its text
	 * @throws JobArgumentException if it has no value, or none that can be stored
	 */
	String requiredValueIn(EvaluationContext context, String job) {
		String text = valueIn(context, job);
		if (text == null) {
			throw refusal(job, "is null. Pass a value, or write an expression that always has one", null);
		}
		return text;
	}

	private @Nullable String evaluate(EvaluationContext context, String job) {
		try {
			Object value = this.expression.getValue(context);
			return (value != null) ? TermText.of(value) : null;
		}
		catch (RuntimeException ex) {
			throw refusal(job, "has no value for these arguments: " + ex.getMessage(), ex);
		}
	}

	private void check(String text, String job) {
		if (text.isEmpty()) {
			throw refusal(job, "is an empty text. Make it 1 to " + this.maxLength + " characters", null);
		}
		if (text.length() > this.maxLength) {
			throw refusal(job, "has " + text.length() + " characters: " + StringUtils.truncate(text, this.maxLength)
					+ ". Make it at most " + this.maxLength + ", such as an id or a digest", null);
		}
		int odd = text.codePoints().filter(TermExpression::isOdd).findFirst().orElse(-1);
		if (odd >= 0) {
			throw refusal(job, "has the character U+%04X, which can't be stored as part of a line of text. Leave it out"
				.formatted(odd), null);
		}
	}

	/** A line break or another control character, or half of a surrogate pair. */
	private static boolean isOdd(int point) {
		return Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE;
	}

	private JobArgumentException refusal(String job, String what, @Nullable Throwable cause) {
		return new JobArgumentException("Job '" + job + "' was not enqueued: its '" + this.attribute + "' ("
				+ this.expression.getExpressionString() + ") " + what, cause);
	}

}
