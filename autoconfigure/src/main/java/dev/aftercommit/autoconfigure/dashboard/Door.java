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

import java.util.Optional;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * Decides who may come in.
 */
@FunctionalInterface
interface Door {

	/**
	 * Look at who asks.
	 * @param request what is asked for
	 * @return the visitor; empty if nobody can say who asks, and the request is refused
	 * @throws RuntimeException what the application's security makes a login page or a
	 * refusal of
	 */
	Optional<Visitor> enter(ServerRequest request);

	/**
	 * Refuse an order of somebody who may only look.
	 * @param visitor who gave it
	 * @throws RuntimeException what the application's security makes a refusal of
	 */
	default void refuse(Visitor visitor) {
	}

}
