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

package dev.aftercommit.autoconfigure.actuate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each order of an operator: who, what, on what, and what became of it. Its
 * logger is called {@value #NAME}, so that an application can keep these lines apart.
 */
public final class OperatorLog {

	static final String NAME = "dev.aftercommit.audit";

	private static final Logger logger = LoggerFactory.getLogger(NAME);

	/**
	 * Write the line.
	 * @param who name of the operator, as far as that is known
	 * @param action what was ordered
	 * @param subject what it was about; may come from anywhere
	 * @param result what became of it
	 */
	public void wrote(String who, String action, String subject, String result) {
		String by = oneLine(who);
		String about = oneLine(subject);
		logger.atInfo()
			.addKeyValue("aftercommit.operator", by)
			.addKeyValue("aftercommit.action", action)
			.addKeyValue("aftercommit.subject", about)
			.addKeyValue("aftercommit.result", result)
			.log("{} by {} on {}: {}", action, by, about, result);
	}

	/** What comes from a request must not make lines of its own. */
	private static String oneLine(String text) {
		return text.replaceAll("\\p{Cntrl}|\\p{Zl}|\\p{Zp}", "?");
	}

}
