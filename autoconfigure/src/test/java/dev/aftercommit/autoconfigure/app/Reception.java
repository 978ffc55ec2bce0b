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

import java.util.function.Consumer;

import dev.aftercommit.JobHandle;
import jakarta.persistence.EntityManager;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lets guests in.
 */
@Component
public class Reception {

	private final EntityManager entities;

	private final Greetings greetings;

	Reception(EntityManager entities, Greetings greetings) {
		this.entities = entities;
		this.greetings = greetings;
	}

	/**
	 * Let a guest in and have them greeted.
	 * @param name the guest's name
	 * @param then what to do before the transaction ends
	 * @return the greeting to come
	 */
	@Transactional
	public JobHandle<String> letIn(String name, Consumer<JobHandle<String>> then) {
		Guest guest = new Guest(name);
		this.entities.persist(guest);
		JobHandle<String> greeting = this.greetings.greet(guest.id());
		then.accept(greeting);
		return greeting;
	}

}
