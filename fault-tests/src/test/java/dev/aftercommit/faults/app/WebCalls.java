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

package dev.aftercommit.faults.app;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Calls over HTTP, where a fault needs requests in flight.
 */
@RestController
@ConditionalOnWebApplication
class WebCalls {

	private final Calls calls;

	WebCalls(Calls calls) {
		this.calls = calls;
	}

	@PostMapping("/calls/{id}/{millis}")
	ResponseEntity<String> call(@PathVariable String id, @PathVariable long millis) {
		boolean committed = this.calls.call(id, () -> this.calls.jobs().work(id, millis));
		return committed ? ResponseEntity.ok(id) : ResponseEntity.internalServerError().body(id);
	}

}
