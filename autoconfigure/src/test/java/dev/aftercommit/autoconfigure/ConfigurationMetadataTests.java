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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads what the configuration processor has written: IDEs and our reference show it to
 * users.
 */
class ConfigurationMetadataTests {

	private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

	@Test
	void everyPropertyHasADescription() throws IOException {
		assertThat(withoutDescription(Files.readString(METADATA))).isEmpty();
	}

	@Test
	void aPropertyWithoutDescriptionIsFound() {
		assertThat(withoutDescription("""
				{"groups": [], "properties": [
					{"name": "aftercommit.told", "type": "java.lang.String", "description": "What it does."},
					{"name": "aftercommit.untold", "type": "java.lang.String"},
					{"name": "aftercommit.blank", "type": "java.lang.String", "description": " "}
				]}""")).containsExactly("aftercommit.untold", "aftercommit.blank");
	}

	private static List<String> withoutDescription(String metadata) {
		return JsonMapper.shared()
			.readTree(metadata)
			.path("properties")
			.valueStream()
			.filter((property) -> property.path("description").asString("").isBlank())
			.map((property) -> property.path("name").asString())
			.toList();
	}

}
