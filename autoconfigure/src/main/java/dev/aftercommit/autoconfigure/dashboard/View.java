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

import org.springframework.http.HttpStatus;

/**
 * What a page says, before it is text.
 *
 * @param status with which status it is answered
 * @param template name of its template
 * @param title its title
 * @param content what the template shows
 * @param watch what {@link Live} is asked to watch for it
 */
record View(HttpStatus status, String template, String title, Object content, Watch watch) {

	static View of(String template, String title, Object content, Watch watch) {
		return new View(HttpStatus.OK, template, title, content, watch);
	}

	static View problem(HttpStatus status, String title, String text) {
		return new View(status, "problem", title, new Problem(text), Watch.NOTHING);
	}

	/**
	 * What is watched for a page that is open.
	 *
	 * @param query how {@link Live} is asked for it, empty for nothing
	 * @param stamp how it was when the page was made: another stamp means that the page
	 * would look different now
	 */
	record Watch(String query, String stamp) {

		static final Watch NOTHING = new Watch("", "");

	}

	/**
	 * Why there is no page.
	 *
	 * @param text a sentence
	 */
	record Problem(String text) {

	}

}
