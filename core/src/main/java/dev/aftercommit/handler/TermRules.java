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

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.ParseException;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;

/**
 * What the keys and tags of an annotated method must be, so that only the arguments of a
 * call decide whether they have a value.
 */
final class TermRules {

	private static final int MAX_LIMIT = 1000;

	private static final int MAX_TAGS = 20;

	private final List<Problem> problems = new ArrayList<>();

	private final AnnotatedMethod found;

	private final BodySignature signature;

	private final String @Nullable [] names;

	private TermRules(AnnotatedMethod found, BodySignature signature) {
		this.found = found;
		this.signature = signature;
		this.names = HandlerTerms.NAMES.getParameterNames(found.method());
	}

	/**
	 * Check one method.
	 * @param found the method
	 * @param signature its parameters
	 * @return what is wrong with it, possibly nothing
	 */
	static List<Problem> check(AnnotatedMethod found, BodySignature signature) {
		BackgroundJob annotation = found.annotation();
		TermRules rules = new TermRules(found, signature);
		rules.checkNumbers(annotation);
		rules.checkCompany(annotation);
		if (!annotation.concurrencyKey().isEmpty()) {
			rules.checkExpression("concurrencyKey", annotation.concurrencyKey());
		}
		if (!annotation.uniqueKey().isEmpty()) {
			rules.checkExpression("uniqueKey", annotation.uniqueKey());
		}
		for (String tag : annotation.tags()) {
			rules.checkExpression("tags", tag);
		}
		return rules.problems;
	}

	private void checkNumbers(BackgroundJob annotation) {
		int limit = annotation.concurrencyLimit();
		if (limit < 1 || limit > MAX_LIMIT) {
			add("has 'concurrencyLimit' (" + limit + ") out of range",
					"Choose a 'concurrencyLimit' between 1 and " + MAX_LIMIT + ".");
		}
		if (annotation.tags().length > MAX_TAGS) {
			add("has " + annotation.tags().length + " 'tags'", "Keep at most " + MAX_TAGS + " 'tags'.");
		}
	}

	private void checkCompany(BackgroundJob annotation) {
		if (annotation.concurrencyLimit() != 1 && annotation.concurrencyKey().isEmpty()) {
			add("has 'concurrencyLimit' (" + annotation.concurrencyLimit() + ") and no 'concurrencyKey'",
					"Say what the limit is of: set 'concurrencyKey', for example to a constant such as \"'reports'\";"
							+ " or remove 'concurrencyLimit'.");
		}
		if (annotation.uniqueKey().isEmpty()) {
			if (annotation.uniqueUntil() != UniqueUntil.FINISHED) {
				addAlone("uniqueUntil", annotation.uniqueUntil());
			}
			if (annotation.onDuplicate() != OnDuplicate.KEEP) {
				addAlone("onDuplicate", annotation.onDuplicate());
			}
		}
	}

	private void addAlone(String attribute, Enum<?> value) {
		add("has '" + attribute + "' (" + value + ") and no 'uniqueKey'",
				"Set 'uniqueKey' to what there is to be only one job of, or remove '" + attribute + "'.");
	}

	private void checkExpression(String attribute, String text) {
		try {
			TermNames names = TermNames.of(TermExpression.parse(attribute, text, 1).expression().getAST());
			names.bare().forEach((name) -> addBare(attribute, text, name));
			names.variables().forEach((name) -> checkVariable(attribute, text, name));
		}
		catch (ParseException | IllegalArgumentException ex) {
			add("has '" + attribute + "' (" + text + "), which is no expression: " + ex.getMessage(),
					"Write a SpEL expression over the parameters, such as \"'server:' + #serverId\", or a constant in"
							+ " single quotes, such as \"'reports'\".");
		}
	}

	private void addBare(String attribute, String text, String name) {
		add("has '" + attribute + "' (" + text + "), in which '" + name + "' belongs to nothing",
				"Write '#' before the name of a parameter, and single quotes around a constant text. Beans and other"
						+ " objects than the parameters are not known there.");
	}

	private void checkVariable(String attribute, String text, String name) {
		for (int i = 0; i < this.signature.positions().size(); i++) {
			if (isNameOf(this.signature.positions().get(i), name)) {
				checkShown(attribute, text, name, i);
				return;
			}
		}
		String what = "has '" + attribute + "' (" + text + "), in which '#" + name + "' is no parameter";
		if (this.names == null && this.signature.parameterCount() > 0) {
			add(what + " that is known by name: the class was compiled without the names of its parameters",
					"Compile it with javac's '-parameters' (in Kotlin '-java-parameters'), as Spring Boot's Maven and"
							+ " Gradle plugins do, or write #p0 for the first parameter, #p1 for the second.");
		}
		else {
			add(what + " whose value is stored",
					"Name one of the parameters: " + known() + ". A JobContext has no value at the call.");
		}
	}

	private boolean isNameOf(int position, String name) {
		return name.equals("p" + position) || name.equals("a" + position)
				|| (this.names != null && name.equals(this.names[position]));
	}

	private void checkShown(String attribute, String text, String name, int argument) {
		if (this.signature.sensitive().contains(argument)) {
			add("has '" + attribute + "' (" + text + "), in which '#" + name
					+ "' is @Sensitive: keys and tags are shown",
					"Make '" + attribute + "' of other parameters, such as an id, or remove @Sensitive.");
		}
	}

	private List<String> known() {
		String[] present = this.names;
		return (present != null)
				? this.signature.positions().stream().map((position) -> "#" + present[position]).toList() : List.of();
	}

	private void add(String what, String action) {
		this.problems.add(new Problem("@BackgroundJob method " + this.found + " " + what + ".", action));
	}

}
