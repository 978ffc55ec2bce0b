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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.worker.Workers;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives the workers the transaction manager of the store's database, for handlers that
 * are {@code transactional}. Doesn't guess: each candidate begins a transaction, and the
 * store says whether it would join it. Without such handlers, nothing is asked.
 */
final class StoreTransactions implements SmartInitializingSingleton {

	private final ListableBeanFactory beans;

	private final JobStore store;

	private final HandlerRegistry handlers;

	private final ObjectProvider<Workers> workers;

	StoreTransactions(ListableBeanFactory beans, JobStore store, HandlerRegistry handlers,
			ObjectProvider<Workers> workers) {
		this.beans = beans;
		this.store = store;
		this.handlers = handlers;
		this.workers = workers;
	}

	/**
	 * Find it, once all beans are there.
	 * @throws JobConfigurationException if there is a handler that is
	 * {@code transactional}, and what it promises can't be kept
	 */
	@Override
	public void afterSingletonsInstantiated() {
		List<JobHandler> transactional = this.handlers.handlers().stream().filter(JobHandler::transactional).toList();
		if (transactional.isEmpty()) {
			return;
		}
		String names = String.join(", ", transactional.stream().map(JobHandler::name).sorted().toList());
		if (!this.store.canJoinTransactions()) {
			throw new JobConfigurationException(
					"Jobs are kept in " + this.store.description() + ", which completes no job in a transaction of its"
							+ " body, so these 'transactional' background jobs can't have their effects exactly once: "
							+ names + ".",
					"Keep jobs in the database that their bodies write to: remove 'aftercommit.store', or set it to"
							+ " 'jdbc'. Or remove 'transactional = true', and write the bodies so that a second run does"
							+ " no harm.",
					null);
		}
		String name = choose(names);
		PlatformTransactionManager chosen = this.beans.getBean(name, PlatformTransactionManager.class);
		new OwnTransactionCheck(this.beans, name, chosen).check(transactional);
		this.workers.ifAvailable((present) -> present.setTransactionManager(chosen));
	}

	private String choose(String jobs) {
		Map<String, PlatformTransactionManager> all = BeanFactoryUtils.beansOfTypeIncludingAncestors(this.beans,
				PlatformTransactionManager.class, false, true);
		List<TransactionException> failures = new ArrayList<>();
		Map<String, PlatformTransactionManager> joined = new LinkedHashMap<>();
		all.forEach((name, manager) -> {
			if (hasDataSource(manager) && isJoined(manager, failures)) {
				joined.put(name, manager);
			}
		});
		PlatformTransactionManager preferred = this.beans.getBeanProvider(PlatformTransactionManager.class)
			.getIfUnique();
		List<String> names = (joined.size() > 1 && joined.containsValue(preferred)) ? joined.entrySet()
			.stream()
			.filter((each) -> each.getValue() == preferred)
			.map(Map.Entry::getKey)
			.toList() : List.copyOf(joined.keySet());
		if (names.isEmpty()) {
			throw none(jobs, List.copyOf(all.keySet()), failures.isEmpty() ? null : failures.get(0));
		}
		if (names.size() > 1) {
			throw several(jobs, names);
		}
		return names.get(0);
	}

	// A manager of something else, such as a message broker, is not even asked: beginning
	// its transaction might wait for a server.
	private static boolean hasDataSource(PlatformTransactionManager manager) {
		var properties = PropertyAccessorFactory.forBeanPropertyAccess(manager);
		return properties.isReadableProperty("dataSource")
				&& properties.getPropertyValue("dataSource") instanceof DataSource;
	}

	private boolean isJoined(PlatformTransactionManager manager, List<TransactionException> failures) {
		TransactionTemplate template = new TransactionTemplate(manager);
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		try {
			return Boolean.TRUE.equals(template.execute((status) -> {
				status.setRollbackOnly();
				return this.store.intake().joinsTransaction();
			}));
		}
		catch (TransactionException ex) {
			// Another database that is away is none of our business, unless ours isn't
			// found.
			failures.add(ex);
			return false;
		}
	}

	private JobConfigurationException none(String jobs, List<String> asked, @Nullable TransactionException failure) {
		return new JobConfigurationException(
				"These background jobs are 'transactional', but none of the transaction" + " manager beans " + asked
						+ " begins transactions on the DataSource that jobs are kept in (" + this.store.description()
						+ "): " + jobs + ".",
				"Declare a JdbcTransactionManager or JpaTransactionManager on the DataSource that the job store uses"
						+ " (the only, or the @Primary, one). Or remove 'transactional = true', and write the bodies so that a"
						+ " second run does no harm.",
				failure);
	}

	private static JobConfigurationException several(String jobs, List<String> names) {
		return new JobConfigurationException(
				"These background jobs are 'transactional', and several transaction manager beans begin transactions on"
						+ " the DataSource that jobs are kept in, " + names + ", of which none is primary: " + jobs
						+ ".",
				"Mark the one in whose transactions the bodies are to run as @Primary.", null);
	}

}
