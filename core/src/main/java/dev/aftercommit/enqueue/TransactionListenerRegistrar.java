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

package dev.aftercommit.enqueue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;

/**
 * Connects every transaction manager bean of a context with its {@link EnqueuePath} bean,
 * in whatever order they are made. Creates neither. Transactions of a manager that isn't
 * a bean, or that began before the path was there, are noticed at their first call.
 */
public final class TransactionListenerRegistrar implements BeanPostProcessor, PriorityOrdered {

	private static final Logger logger = LoggerFactory.getLogger(TransactionListenerRegistrar.class);

	private final TransactionListener listener = new TransactionListener();

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof EnqueuePath path) {
			this.listener.attach(path);
		}
		else if (bean instanceof PlatformTransactionManager
				&& bean instanceof ConfigurableTransactionManager configurable) {
			configurable.addListener(this.listener);
			warnIfBlind(bean, beanName);
		}
		return bean;
	}

	private static void warnIfBlind(Object bean, String beanName) {
		if (bean instanceof AbstractPlatformTransactionManager manager && manager
			.getTransactionSynchronization() == AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER) {
			logger.warn("'transactionSynchronization' of the transaction manager '{}' is NEVER, so its transactions"
					+ " can't be seen: @BackgroundJob calls inside them are enqueued at once, whatever becomes of"
					+ " them. Leave it at its default", beanName);
		}
	}

}
