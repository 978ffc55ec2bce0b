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

package dev.aftercommit.autoconfigure;

import java.util.List;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.handler.JobHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.util.StringUtils;

/**
 * Whether what a body says itself by {@code @Transactional} means the transaction that
 * completes its job, and not one of another transaction manager.
 */
final class OwnTransactionCheck {

	private final AnnotationTransactionAttributeSource attributes = new AnnotationTransactionAttributeSource(false);

	private final ListableBeanFactory beans;

	private final String name;

	private final TransactionManager chosen;

	/**
	 * Create a check.
	 * @param beans where transaction managers are
	 * @param name bean name of the one that completes jobs
	 * @param chosen that one
	 */
	OwnTransactionCheck(ListableBeanFactory beans, String name, TransactionManager chosen) {
		this.beans = beans;
		this.name = name;
		this.chosen = chosen;
	}

	void check(List<JobHandler> handlers) {
		handlers.forEach(this::check);
	}

	private void check(JobHandler handler) {
		TransactionAttribute own = this.attributes.getTransactionAttribute(handler.method(),
				handler.method().getDeclaringClass());
		if (own == null) {
			return;
		}
		String qualifier = own.getQualifier();
		if (StringUtils.hasText(qualifier)) {
			if (!BeanFactoryAnnotationUtils.isQualifierMatch(qualifier::equals, this.name, this.beans)) {
				throw refused(handler, "says @Transactional(\"" + qualifier + "\")");
			}
		}
		else if (usual() != this.chosen) {
			throw refused(handler, "says @Transactional, which means another transaction manager");
		}
	}

	private @Nullable TransactionManager usual() {
		TransactionManagementConfigurer configurer = this.beans.getBeanProvider(TransactionManagementConfigurer.class)
			.getIfUnique();
		return (configurer != null) ? configurer.annotationDrivenTransactionManager()
				: this.beans.getBeanProvider(TransactionManager.class).getIfUnique();
	}

	private JobConfigurationException refused(JobHandler handler, String what) {
		return new JobConfigurationException(
				"Background job " + handler + " is 'transactional', and is completed in a transaction of '" + this.name
						+ "', the one on the DataSource that jobs are kept in, but its method or class " + what
						+ ", so that the body would begin a transaction of its own beside it.",
				"Remove that @Transactional, or write @Transactional(\"" + this.name + "\").", null);
	}

}
