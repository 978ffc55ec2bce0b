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

package dev.aftercommit.autoconfigure.app;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobHandle;
import jakarta.persistence.EntityManager;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Greets guests, in the background.
 */
@Component
public class Greetings {

	private final List<String> said = new CopyOnWriteArrayList<>();

	private final EntityManager entities;

	Greetings(EntityManager entities) {
		this.entities = entities;
	}

	@BackgroundJob(name = "greet")
	@Transactional(readOnly = true)
	public JobHandle<String> greet(long guest) {
		Guest found = this.entities.find(Guest.class, guest);
		String greeting = (found != null) ? "Hello " + found.name() : "Who are you?";
		this.said.add(greeting);
		return JobHandle.completed(greeting);
	}

	/**
	 * All that was said on this node.
	 * @return the greetings in their order
	 */
	public List<String> said() {
		return this.said;
	}

}
