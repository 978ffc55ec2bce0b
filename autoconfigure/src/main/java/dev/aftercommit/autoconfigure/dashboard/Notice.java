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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * What became of an order, on the page after it. Made of known words and numbers alone:
 * an address can't put other words into it.
 *
 * @param text sentences
 * @param good whether all of it was carried out
 */
record Notice(String text, boolean good) {

	private static final Set<String> NOUNS = Set.of("job", "queue", "node", "schedule");

	/**
	 * Read it from the address of a page.
	 * @param request what is asked for
	 * @return the notice, {@code null} if the page doesn't come after an order
	 */
	static @Nullable Notice of(ServerRequest request) {
		return request.param("did").flatMap(Action::find).map((action) -> of(action, request)).orElse(null);
	}

	private static Notice of(Action action, ServerRequest request) {
		String noun = request.param("of").filter(NOUNS::contains).orElse("job");
		long done = number(request, "done");
		long requested = number(request, "requested");
		long refused = number(request, "refused");
		List<String> sentences = new ArrayList<>();
		if (done > 0) {
			sentences.add(action.done() + " " + Format.amount(done, noun) + ".");
		}
		if (requested > 0) {
			sentences.add("Asked " + Format.amount(requested, "running job") + " to leave.");
		}
		if (refused > 0) {
			sentences.add(Format.amount(refused, noun)
					+ " left alone: not in a state for that any more, gone, or its unique" + " key is held.");
		}
		if (sentences.isEmpty()) {
			sentences.add("There was nothing to change.");
		}
		return new Notice(String.join(" ", sentences), refused == 0);
	}

	private static long number(ServerRequest request, String name) {
		String text = request.param(name).orElse("");
		return text.matches("\\d{1,9}") ? Long.parseLong(text) : 0;
	}

}
