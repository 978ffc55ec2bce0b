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

import javax.sql.DataSource;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Chooses the database that jobs are kept in.
 */
final class JobDataSource {

	private JobDataSource() {
	}

	/**
	 * Choose the only, or the primary, one.
	 * @param beans where to look
	 * @return the application's {@code DataSource}
	 * @throws SettingException if there is none, or none that stands out
	 */
	static DataSource choose(ListableBeanFactory beans) {
		DataSource unique = beans.getBeanProvider(DataSource.class).getIfUnique();
		if (unique != null) {
			return unique;
		}
		List<String> names = List
			.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, DataSource.class, true, false));
		if (names.isEmpty()) {
			throw new SettingException(
					"Background jobs are kept in the application's database, and there is no DataSource that leads to"
							+ " one.",
					"Add a JDBC driver, such as 'com.h2database:h2' or 'org.postgresql:postgresql', and, unless the"
							+ " database is embedded, set 'spring.datasource.url'. Or set 'aftercommit.store' to 'memory'"
							+ " to try without a database: jobs are then lost when the application ends.");
		}
		throw new SettingException(
				"Background jobs are kept in the application's database, and there are several: " + names
						+ ". None of these DataSource beans is primary.",
				"Mark the one in whose transactions jobs are enqueued as @Primary, or define a bean of type JobStore.");
	}

}
