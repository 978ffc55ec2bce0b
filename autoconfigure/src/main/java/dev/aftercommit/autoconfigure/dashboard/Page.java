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

import org.springframework.web.servlet.function.ServerRequest;

/**
 * One of the pages.
 */
@FunctionalInterface
interface Page {

	/**
	 * Make it.
	 * @param request what was asked for
	 * @return what it says
	 * @throws NoSuchPageException if what is asked for is not there
	 * @throws IllegalArgumentException if the question makes no sense; the message says
	 * what would
	 */
	View show(ServerRequest request);

}
