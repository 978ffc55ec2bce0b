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

package dev.aftercommit.worker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.aftercommit.BackgroundJob;

/**
 * What hostile rows ask for, and what they would like to ask for.
 */
class HostileRowJobs {

	/** Classes that were loaded, by their static initialisers. */
	static final List<String> LOADED = new CopyOnWriteArrayList<>();

	private final List<Object> ran = new CopyOnWriteArrayList<>();

	// By a method: the bean is a proxy.
	List<Object> ran() {
		return this.ran;
	}

	@BackgroundJob(name = "number")
	public void number(long number) {
		this.ran.add(number);
	}

	@BackgroundJob(name = "text")
	public void text(String text) {
		this.ran.add(text);
	}

	@BackgroundJob(name = "order")
	public void order(Order order) {
		this.ran.add(order);
	}

	@BackgroundJob(name = "tree")
	public void tree(JsonNode tree) {
		this.ran.add(tree.toString());
	}

	/**
	 * An argument with something of everything.
	 */
	record Order(long id, List<String> tags, Map<String, Order> parts, @Nullable Integer size) {

	}

	/**
	 * Says so when it is loaded, which happens once in a JVM.
	 */
	public static final class Gadget {

		static {
			LOADED.add("Gadget");
		}

	}

	/**
	 * For the second database.
	 */
	public static final class OtherGadget {

		static {
			LOADED.add("OtherGadget");
		}

	}

}
