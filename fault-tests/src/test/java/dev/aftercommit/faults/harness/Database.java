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

package dev.aftercommit.faults.harness;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The application's database, as a scene sees it.
 *
 * @param name its name
 * @param product what it is, for the report
 * @param url how applications reach it
 * @param user as whom, without a password
 */
public record Database(String name, String product, String url, String user) {

	static Database postgres(String scene) {
		String name = "faults_" + scene.toLowerCase(Locale.ROOT).replaceAll("\\W", "_");
		Postgres postgres = Postgres.shared();
		postgres.createDatabase(name);
		return new Database(name, postgres.version(), Postgres.url(postgres.port(), name), "postgres");
	}

	static Database h2(String scene) {
		// Kept open by its name; a new one for each scene.
		String name = scene + "-" + UUID.randomUUID();
		return new Database(name, "H2 " + org.h2.engine.Constants.VERSION, "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1",
				"sa");
	}

	static Database h2File(Path file) {
		return new Database(file.getFileName().toString(), "H2 " + org.h2.engine.Constants.VERSION + ", file",
				"jdbc:h2:async:" + file + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE", "sa");
	}

	/**
	 * The same database behind a proxy.
	 * @param proxy the proxy
	 * @return how applications reach it through the proxy
	 */
	public String url(Proxy proxy) {
		return Postgres.url(proxy.port(), this.name);
	}

	/**
	 * Connect without a proxy between.
	 * @return a connection
	 */
	public Connection connect() throws SQLException {
		return DriverManager.getConnection(this.url, this.user, "");
	}

	/**
	 * Query without a proxy between.
	 * @return runs statements, on a connection for each
	 */
	public JdbcTemplate jdbc() {
		return new JdbcTemplate(new DriverManagerDataSource(this.url, this.user, ""));
	}

}
