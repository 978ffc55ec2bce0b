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

import java.util.List;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinitionCustomizer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;

class TransactionListenerRegistrarTests {

	private static final BeanDefinitionCustomizer EAGER = (definition) -> definition.setLazyInit(false);

	private static final BeanDefinitionCustomizer LAZY = (definition) -> definition.setLazyInit(true);

	@Test
	void everyManagerBeanIsConnectedInWhateverOrder() {
		for (boolean pathFirst : new boolean[] { true, false }) {
			try (AnnotationConfigApplicationContext context = context(pathFirst, EAGER)) {
				assertThat(holdsIn(context)).isTrue();
			}
		}
	}

	@Test
	void aLazyManagerIsConnectedWhenItIsMade() {
		try (AnnotationConfigApplicationContext context = context(true, LAZY)) {
			assertThat(context.getBeanFactory().containsSingleton("manager")).isFalse();
			context.getBean(EnqueuePath.class);
			assertThat(holdsIn(context)).isTrue();
		}
	}

	@Test
	void nothingIsMadeBeforeItsTime() {
		try (AnnotationConfigApplicationContext context = context(true, LAZY)) {
			assertThat(holdsIn(context)).isFalse();
			assertThat(context.getBeanFactory().containsSingleton("path")).isFalse();
		}
	}

	@Test
	void beansStayWhatTheyAreAndManagersAreSeenFirst() {
		TransactionListenerRegistrar registrar = new TransactionListenerRegistrar();
		Object bean = new Object();
		assertThat(registrar.postProcessAfterInitialization(bean, "bean")).isSameAs(bean);
		assertThat(registrar.getOrder()).isEqualTo(Ordered.HIGHEST_PRECEDENCE);
	}

	private static boolean holdsIn(AnnotationConfigApplicationContext context) {
		TransactionTemplate transaction = new TransactionTemplate(context.getBean(DataSourceTransactionManager.class));
		return Boolean.TRUE
			.equals(transaction.execute((status) -> TransactionSynchronizationManager.getSynchronizations()
				.stream()
				.filter(Holding.class::isInstance)
				.count() == 1));
	}

	private static AnnotationConfigApplicationContext context(boolean pathFirst, BeanDefinitionCustomizer customizer) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean(TransactionListenerRegistrar.class);
		Supplier<EnqueuePath> path = () -> new EnqueuePath(new MemoryJobStore(java.time.Clock.systemUTC()),
				LocalWorkers.NONE, List.of(), () -> {
				}, System::nanoTime);
		if (pathFirst) {
			context.registerBean("path", EnqueuePath.class, path, customizer);
		}
		context
			.registerBean("manager", DataSourceTransactionManager.class,
					() -> new DataSourceTransactionManager(
							new DriverManagerDataSource("jdbc:h2:mem:registrar;DB_CLOSE_DELAY=-1", "sa", "")),
					customizer);
		if (!pathFirst) {
			context.registerBean("path", EnqueuePath.class, path, customizer);
		}
		context.refresh();
		return context;
	}

}
