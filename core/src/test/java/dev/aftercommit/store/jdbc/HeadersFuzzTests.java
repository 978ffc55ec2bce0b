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

import java.nio.charset.StandardCharsets;
import java.util.Map;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.aftercommit.store.Headers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a row's headers are: they are read, and what was read comes back when it is
 * written. The corpus beside this class runs in every build; {@code -Pfaults} looks for
 * more.
 */
class HeadersFuzzTests {

	@FuzzTest(maxDuration = "2m")
	void anyHeadersAreRead(byte[] data) {
		Map<String, String> headers = Headers.read(new String(data, StandardCharsets.UTF_8));
		assertThat(Headers.read(Headers.write(headers))).isEqualTo(headers);
	}

}
