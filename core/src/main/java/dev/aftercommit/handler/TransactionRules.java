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
import java.util.Map;
import java.util.concurrent.Future;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;

/**
 * What a method whose body runs in the transaction that completes its job must not be: a
 * body that leaves that transaction.
 */
final class TransactionRules {

	private static final Map<Integer, String> LEAVING = Map.of(TransactionDefinition.PROPAGATION_REQUIRES_NEW,
			"REQUIRES_NEW", TransactionDefinition.PROPAGATION_NOT_SUPPORTED, "NOT_SUPPORTED",
			TransactionDefinition.PROPAGATION_NEVER, "NEVER");

	private static final TransactionAttributeSource attributes = new AnnotationTransactionAttributeSource(false);

	private TransactionRules() {
	}

	/**
	 * Check one method.
	 * @param found the method
	 * @return what is wrong with it, possibly nothing
	 */
	static List<Problem> check(AnnotatedMethod found) {
		List<Problem> problems = new ArrayList<>();
		if (found.annotation().transactional()) {
			String subject = "@BackgroundJob method " + found + " is 'transactional', but ";
			checkReturnType(found, subject, problems);
			TransactionAttribute own = attributes.getTransactionAttribute(found.method(), found.userClass());
			if (own != null) {
				checkPropagation(own, subject, problems);
				checkReadOnly(own, subject, problems);
			}
		}
		return problems;
	}

	private static void checkReturnType(AnnotatedMethod found, String subject, List<Problem> problems) {
		Class<?> type = found.method().getReturnType();
		if (Future.class.isAssignableFrom(type)) {
			problems.add(new Problem(
					subject + "returns " + type.getSimpleName()
							+ ", whose work may be done on another thread, where the" + " transaction is not.",
					"Do the work on the thread of the call, and return void or JobHandle<T>"
							+ " (JobHandle.completed(result))."));
		}
	}

	private static void checkPropagation(TransactionAttribute own, String subject, List<Problem> problems) {
		String leaving = LEAVING.get(own.getPropagationBehavior());
		if (leaving != null) {
			problems.add(new Problem(
					subject + "the method or its class says @Transactional with propagation " + leaving
							+ ", so that the" + " body would leave the transaction that completes its job.",
					"Remove that @Transactional, or use REQUIRED; or set 'transactional' to false, and write the body so"
							+ " that a second run does no harm."));
		}
	}

	private static void checkReadOnly(TransactionAttribute own, String subject, List<Problem> problems) {
		if (own.isReadOnly()) {
			problems.add(new Problem(
					subject + "the method or its class says @Transactional(readOnly = true), and completing a job"
							+ " writes.",
					"Remove 'readOnly', or set 'transactional' to false: a body that only reads has no effect to be"
							+ " made once."));
		}
	}

}
