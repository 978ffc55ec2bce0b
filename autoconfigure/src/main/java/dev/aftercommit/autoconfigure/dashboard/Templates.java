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

package dev.aftercommit.autoconfigure.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;

/**
 * The templates in this jar. All that they show is escaped, but for the body of a page in
 * its frame, which is a template's own text.
 */
final class Templates {

	private static final String FOLDER = "/META-INF/aftercommit/dashboard/";

	private final Mustache.Compiler compiler = Mustache.compiler()
		.nullValue("")
		.emptyStringIsFalse(true)
		.strictSections(true)
		.withLoader(Templates::open);

	private final Map<String, Template> compiled = new ConcurrentHashMap<>();

	/**
	 * Fill a template in.
	 * @param name its name
	 * @param content what it shows
	 * @param around what it shows if the content doesn't have it
	 * @return text
	 */
	String render(String name, Object content, Object around) {
		StringWriter text = new StringWriter();
		this.compiled.computeIfAbsent(name, this::compile).execute(content, around, text);
		return text.toString();
	}

	private Template compile(String name) {
		try (Reader source = open(name)) {
			return this.compiler.compile(source);
		}
		catch (IOException ex) {
			throw new IllegalStateException("Template " + name + " can't be read", ex);
		}
	}

	private static Reader open(String name) throws IOException {
		InputStream source = Templates.class.getResourceAsStream(FOLDER + name + ".html");
		if (source == null) {
			throw new IOException("There is no template " + name);
		}
		return new InputStreamReader(source, StandardCharsets.UTF_8);
	}

}
