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

import java.util.Locale;

import javax.sql.DataSource;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether jobs are to be kept in Redis: it was said, or nothing was said and the
 * application has no database.
 */
class OnRedisStore extends SpringBootCondition implements ConfigurationCondition {

	private static final String PROPERTY = "aftercommit.store";

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		String store = context.getEnvironment().getProperty(PROPERTY, "auto").toLowerCase(Locale.ROOT);
		ConditionMessage.Builder message = ConditionMessage.forCondition("Background jobs in Redis");
		if (!store.equals("auto")) {
			return new ConditionOutcome(store.equals("redis"),
					message.because("'" + PROPERTY + "' is '" + store + "'"));
		}
		boolean database = hasDataSource(context);
		return new ConditionOutcome(!database,
				message.because(database ? "there is a DataSource" : "there is no DataSource"));
	}

	private static boolean hasDataSource(ConditionContext context) {
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		return beans != null
				&& BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, DataSource.class, true, false).length > 0;
	}

}
