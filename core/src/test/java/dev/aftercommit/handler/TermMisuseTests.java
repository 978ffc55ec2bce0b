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

package dev.aftercommit.handler;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobContext;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.Sensitive;
import dev.aftercommit.UniqueUntil;

import static dev.aftercommit.handler.HandlerMisuseTests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keys, limits and tags that can't work, told at the start.
 */
class TermMisuseTests {

	@Test
	void whatIsNoExpressionIsRefused() {
		assertRefused(NoExpression.class, "NoExpression.run(long)", "has 'concurrencyKey' ('server:' + )",
				"which is no expression", "\"'server:' + #serverId\"");
		assertRefused(BlankTag.class, "has 'tags' ( ), which is no expression");
	}

	@Test
	void aVariableThatIsNoParameterIsRefused() {
		assertRefused(UnknownVariable.class, "has 'uniqueKey' (#serverid)", "'#serverid' is no parameter",
				"Name one of the parameters: [#serverId]");
		assertRefused(UnknownPosition.class, "'#p1' is no parameter");
		assertRefused(UnknownTag.class, "has 'tags' ('a' + #b)", "'#b' is no parameter");
		assertRefused(UnknownFunction.class, "'#hash' is no parameter");
		assertRefused(TheRoot.class, "'#root' is no parameter");
		assertRefused(NamesContext.class, "'#context' is no parameter", "A JobContext has no value at the call");
	}

	@Test
	void aParameterWithoutItsHashIsRefused() {
		assertRefused(NoHash.class, "has 'concurrencyKey' (serverId)", "'serverId' belongs to nothing",
				"Write '#' before the name of a parameter, and single quotes around a constant text");
		assertRefused(NoHashInside.class, "'b' belongs to nothing");
		assertRefused(NamesBean.class, "'@ids' belongs to nothing", "Beans and other objects");
	}

	@Test
	void namesOfParametersMustHaveBeenCompiledIn(@TempDir Path folder)
			throws IOException, ReflectiveOperationException {
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader classes = compileWithoutNames(folder)) {
			Thread.currentThread().setContextClassLoader(classes);
			assertRefused(classes.loadClass("Nameless"), "'#serverId' is no parameter that is known by name",
					"Compile it with javac's '-parameters'", "#p0");
			try (Calls calls = Calls.of(classes.loadClass("ByPosition"))) {
				assertThat(calls.handler("ByPosition.run").terms(new Object[] { 7L }).concurrencyKey()).isEqualTo("7");
			}
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	@Test
	void keysAndTagsOfSensitiveParametersAreRefused() {
		assertRefused(SensitiveKey.class, "has 'uniqueKey' (#p1)", "'#p1' is @Sensitive",
				"Make 'uniqueKey' of other parameters");
		assertRefused(SensitiveTag.class, "has 'tags' ('mail:' + #mail.toLowerCase())", "'#mail' is @Sensitive");
	}

	@Test
	void limitsHaveARangeAndAKey() {
		assertRefused(NoLimit.class, "has 'concurrencyLimit' (0) out of range", "between 1 and 1000");
		assertRefused(HighLimit.class, "has 'concurrencyLimit' (1001) out of range");
		assertRefused(LimitAlone.class, "has 'concurrencyLimit' (2) and no 'concurrencyKey'");
	}

	@Test
	void whatIsSaidOfAUniqueKeyNeedsOne() {
		assertRefused(UntilAlone.class, "has 'uniqueUntil' (STARTED) and no 'uniqueKey'");
		assertRefused(DuplicateAlone.class, "has 'onDuplicate' (REPLACE) and no 'uniqueKey'");
	}

	@Test
	void thereAreAtMostTwentyTags() {
		assertRefused(ManyTags.class, "has 21 'tags'", "Keep at most 20 'tags'");
	}

	private static URLClassLoader compileWithoutNames(Path folder) throws IOException {
		Map<String, String> keys = Map.of("Nameless", "#serverId", "ByPosition", "#p0");
		for (String name : keys.keySet()) {
			Path source = folder.resolve(name + ".java");
			Files.writeString(source, """
					public class %s {
						@dev.aftercommit.BackgroundJob(concurrencyKey = "%s")
						public void run(long serverId) {
						}
					}
					""".formatted(name, keys.get(name)));
			int result = ToolProvider.getSystemJavaCompiler()
				.run(null, null, null, "-d", folder.toString(), "-cp", System.getProperty("java.class.path"),
						source.toString());
			assertThat(result).isZero();
		}
		return new URLClassLoader(new URL[] { folder.toUri().toURL() }, TermMisuseTests.class.getClassLoader());
	}

	static class NoExpression {

		@BackgroundJob(concurrencyKey = "'server:' + ")
		public void run(long serverId) {
		}

	}

	static class BlankTag {

		@BackgroundJob(tags = " ")
		public void run() {
		}

	}

	static class UnknownVariable {

		@BackgroundJob(uniqueKey = "#serverid")
		public void run(long serverId) {
		}

	}

	static class UnknownPosition {

		@BackgroundJob(uniqueKey = "#p1")
		public void run(long serverId) {
		}

	}

	static class UnknownTag {

		@BackgroundJob(tags = { "'fine'", "'a' + #b" })
		public void run(long serverId) {
		}

	}

	static class UnknownFunction {

		@BackgroundJob(uniqueKey = "#hash(#serverId)")
		public void run(long serverId) {
		}

	}

	static class TheRoot {

		@BackgroundJob(uniqueKey = "#root.method.name")
		public void run(long serverId) {
		}

	}

	static class NamesContext {

		@BackgroundJob(uniqueKey = "#context.jobId()")
		public void run(JobContext context) {
		}

	}

	static class NoHash {

		@BackgroundJob(concurrencyKey = "serverId")
		public void run(long serverId) {
		}

	}

	static class NoHashInside {

		@BackgroundJob(concurrencyKey = "#a.concat(b)")
		public void run(String a, String b) {
		}

	}

	static class NamesBean {

		@BackgroundJob(concurrencyKey = "@ids.of(#serverId)")
		public void run(long serverId) {
		}

	}

	static class SensitiveKey {

		@BackgroundJob(concurrencyKey = "#serverId", uniqueKey = "#p1")
		public void run(long serverId, @Sensitive String token) {
		}

	}

	static class SensitiveTag {

		@BackgroundJob(tags = { "'server:' + #serverId", "'mail:' + #mail.toLowerCase()" })
		public void run(JobContext context, long serverId, @Sensitive String mail) {
		}

	}

	static class NoLimit {

		@BackgroundJob(concurrencyKey = "'a'", concurrencyLimit = 0)
		public void run() {
		}

	}

	static class HighLimit {

		@BackgroundJob(concurrencyKey = "'a'", concurrencyLimit = 1001)
		public void run() {
		}

	}

	static class LimitAlone {

		@BackgroundJob(concurrencyLimit = 2)
		public void run() {
		}

	}

	static class UntilAlone {

		@BackgroundJob(uniqueUntil = UniqueUntil.STARTED)
		public void run() {
		}

	}

	static class DuplicateAlone {

		@BackgroundJob(onDuplicate = OnDuplicate.REPLACE)
		public void run() {
		}

	}

	static class ManyTags {

		@BackgroundJob(tags = { "'a'", "'b'", "'c'", "'d'", "'e'", "'f'", "'g'", "'h'", "'i'", "'j'", "'k'", "'l'",
				"'m'", "'n'", "'o'", "'p'", "'q'", "'r'", "'s'", "'t'", "'u'" })
		public void run() {
		}

	}

}
