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

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.IntStream;

import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;

/**
 * What an expression names from outside itself.
 *
 * @param variables names with a {@code #}, without it
 * @param bare what is written like a property or a method of an object around it, where
 * there is none, and beans
 */
record TermNames(Set<String> variables, Set<String> bare) {

	static TermNames of(SpelNode expression) {
		TermNames names = new TermNames(new LinkedHashSet<>(), new LinkedHashSet<>());
		names.look(expression, true, false);
		return names;
	}

	/**
	 * Look at a node.
	 * @param node the node
	 * @param first whether nothing comes before it that it could be a part of
	 * @param inside whether {@code #this} is an element of a list
	 */
	private void look(SpelNode node, boolean first, boolean inside) {
		if (node instanceof VariableReference || node instanceof FunctionReference) {
			String name = node.toStringAST().substring(1).replaceFirst("\\(.*", "");
			if (!(inside && name.equals("this"))) {
				this.variables.add(name);
			}
		}
		else if (node instanceof BeanReference || (first && !inside
				&& (node instanceof PropertyOrFieldReference || node instanceof MethodReference))) {
			this.bare.add(node.toStringAST());
		}
		lookInto(node, inside);
	}

	private void lookInto(SpelNode node, boolean inside) {
		boolean within = inside || node instanceof Projection || node instanceof Selection || node instanceof Indexer;
		IntStream.range(0, node.getChildCount())
			.forEach((i) -> look(node.getChild(i), i == 0 || !(node instanceof CompoundExpression), within));
	}

}
