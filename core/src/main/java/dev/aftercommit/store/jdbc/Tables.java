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

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobConfigurationException;

/**
 * Where the store's tables are: turns {@code {job}} in a statement into the name of the
 * table.
 *
 * @param schema the schema, {@code null} for the connection's own
 * @param prefix what the tables' names begin with
 */
record Tables(@Nullable String schema, String prefix) {

	private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,30}");

	private static final Pattern TABLE = Pattern.compile("\\{([a-z_]+)}");

	Tables {
		check("aftercommit.jdbc.table-prefix", prefix);
		if (schema != null) {
			check("aftercommit.jdbc.schema", schema);
		}
	}

	private static void check(String parameter, String value) {
		// Names are written into statements: nothing that could end one may pass.
		if (!NAME.matcher(value).matches()) {
			throw new JobConfigurationException("'" + parameter + "' (" + value + ") can't be part of a table's name.",
					"Use 1 to 31 letters, digits and underscores, and don't begin with a digit.", null);
		}
	}

	String sql(String template) {
		return TABLE.matcher(template).replaceAll((match) -> qualifier() + this.prefix + match.group(1));
	}

	/**
	 * What stands before the name of a table beside the prefix.
	 * @return the schema and its dot, or an empty text
	 */
	String qualifier() {
		return (this.schema != null) ? this.schema + "." : "";
	}

}
