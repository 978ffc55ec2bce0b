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

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class H2WarningsTests {

	@TempDir
	private Path directory;

	@Test
	void aFileThatInterruptionClosesAndThatDelaysItsWritesIsWarnedOf(CapturedOutput output) {
		check("jdbc:h2:file:" + this.directory.resolve("plain"));
		assertThat(output).contains("begin its URL with 'jdbc:h2:async:'")
			.contains("up to 500 ms")
			.contains("add ';WRITE_DELAY=0'");
	}

	@Test
	void aFileWithoutItsPrefixIsAFile(CapturedOutput output) {
		check("jdbc:h2:" + this.directory.resolve("short") + ";WRITE_DELAY=0");
		assertThat(output).contains("begin its URL with 'jdbc:h2:async:'").doesNotContain("WRITE_DELAY");
	}

	@Test
	void anAsyncFileStillDelaysItsWrites(CapturedOutput output) {
		check("jdbc:h2:async:" + this.directory.resolve("delayed"));
		assertThat(output).doesNotContain("begin its URL").contains("add ';WRITE_DELAY=0'");
	}

	@Test
	void nothingIsToBeSaidOfAWellSetFile(CapturedOutput output) {
		check("jdbc:h2:async:" + this.directory.resolve("well") + ";WRITE_DELAY=0");
		assertThat(output).doesNotContain("H2 database");
	}

	@Test
	void nothingIsToBeSaidOfMemory(CapturedOutput output) {
		check("jdbc:h2:mem:quiet");
		assertThat(output).doesNotContain("H2 database");
	}

	private static void check(String url) {
		H2Warnings.check(new DriverManagerDataSource(url));
	}

}
