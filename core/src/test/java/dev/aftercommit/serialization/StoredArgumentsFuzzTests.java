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

package dev.aftercommit.serialization;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a row's arguments are: they are bound, or said to be unreadable. The corpus
 * beside this class runs in every build; {@code -Pfaults} looks for more.
 */
class StoredArgumentsFuzzTests {

	private static final List<Type> TYPES = List.of(long.class, String.class, HostileTextTests.Server.class,
			HostileTextTests.Tree.class, HostileTextTests.Shape.class, HostileTextTests.Size.class,
			java.time.Instant.class, java.math.BigDecimal.class, tools.jackson.databind.JsonNode.class,
			HostileTextTests.ByClass.class);

	private final JacksonJobSerializer serializer = new JacksonJobSerializer(16 * 1024, List.of());

	@FuzzTest(maxDuration = "2m")
	void argumentsAreBoundOrUnreadable(byte[] data) {
		String text = new String(data, StandardCharsets.UTF_8);
		for (Type type : TYPES) {
			try {
				assertThat(this.serializer.readArguments(List.of(type), text)).hasSize(1);
				assertThat(this.serializer.readArguments(List.of(type, type), "[" + text + "," + text + "]"))
					.hasSize(2);
			}
			catch (UnreadableException ex) {
				// The message quotes nothing of what was stored.
				assertThat(ex).hasNoCause();
			}
		}
	}

}
