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

package dev.aftercommit.store.jdbc;

import java.lang.reflect.Constructor;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;

import org.springframework.core.OverridingClassLoader;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for applications that have no Flyway, which is most of them: its classes can't be
 * loaded here.
 */
class WithoutFlywayTests {

	private static final String PACKAGE = "dev.aftercommit.store.jdbc.";

	private final ClassLoader withoutFlyway = new OverridingClassLoader(getClass().getClassLoader()) {

		@Override
		protected boolean isEligibleForOverriding(String className) {
			return className.startsWith(PACKAGE);
		}

		@Override
		public Class<?> loadClass(String name) throws ClassNotFoundException {
			if (name.startsWith("org.flywaydb.")) {
				throw new ClassNotFoundException(name);
			}
			return super.loadClass(name);
		}

	};

	@Test
	void theTablesAreCreatedByScript() throws Exception {
		DataSource dataSource = new DriverManagerDataSource("jdbc:h2:mem:without-flyway;DB_CLOSE_DELAY=-1");
		Class<?> settings = this.withoutFlyway.loadClass(PACKAGE + "JdbcStoreSettings");
		Constructor<?> store = this.withoutFlyway.loadClass(PACKAGE + "JdbcJobStore")
			.getConstructor(DataSource.class, DataSource.class, settings);
		store.newInstance(dataSource, dataSource,
				settings.getConstructors()[0].newInstance("aftercommit_", null, true, true));
		assertThat(new JdbcTemplate(dataSource).queryForObject("SELECT count(*) FROM aftercommit_job", Long.class))
			.isZero();
	}

}
