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

package dev.aftercommit.handler;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * The handlers of this application. Complete once all singletons are there; does not
 * change afterwards.
 */
public interface HandlerRegistry {

	/**
	 * Find the handler that runs jobs of a stored name.
	 * @param name a name or an alias
	 * @return the handler, or empty if this application has none
	 */
	Optional<JobHandler> find(String name);

	/**
	 * Find the handler of a method that is being called.
	 * @param targetClass the user's class of the bean
	 * @param method the method as it was called, perhaps an interface's or a bridge
	 * @return the handler, or empty if it has none
	 */
	Optional<JobHandler> find(Class<?> targetClass, Method method);

	/**
	 * All handlers.
	 * @return the handlers
	 */
	Collection<JobHandler> handlers();

	/**
	 * All names that can be run here, aliases included.
	 * @return the names
	 */
	Set<String> names();

}
