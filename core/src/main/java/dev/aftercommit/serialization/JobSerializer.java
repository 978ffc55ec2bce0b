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

package dev.aftercommit.serialization;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobArgumentException;
import dev.aftercommit.JobArguments;

/**
 * Arguments and results to stored text and back. What is read is bound to declared types
 * only: the text names no class, unless the user's own type says so by its annotations.
 */
public interface JobSerializer {

	/**
	 * Check at start-up that values of a declared type can be stored and bound again.
	 * @param type the declared type
	 * @return what is wrong with it and how to mend it, or {@code null} if nothing is
	 */
	@Nullable String problemWith(Type type);

	/**
	 * Write the arguments of a call.
	 * @param types their declared types
	 * @param arguments the arguments
	 * @return the text that is stored
	 * @throws JobArgumentException if one can't be written, or the text is larger than
	 * {@code aftercommit.payload.max-size}; names the argument's position and says how to
	 * mend it
	 */
	String writeArguments(List<Type> types, @Nullable Object[] arguments);

	/**
	 * Bind stored arguments.
	 * @param types the declared types of today's method
	 * @param text the stored text, from anywhere
	 * @return the arguments
	 * @throws UnreadableException if the text can't be bound to these types; no other
	 * exception is thrown for any text
	 */
	@Nullable Object[] readArguments(List<Type> types, String text);

	/**
	 * Hide some of the stored arguments, so that the others can be shown. Binds nothing:
	 * no class of theirs is needed.
	 * @param text the stored text, from anywhere
	 * @param count how many arguments the method takes
	 * @param hidden positions of those to hide, from 0
	 * @return the text with {@link JobArguments#HIDDEN} in place of each of them; empty
	 * if it can't be told which ones they are, as in a text of another number of
	 * arguments, or with a serializer that doesn't say
	 */
	default Optional<String> hideArguments(String text, int count, Set<Integer> hidden) {
		return Optional.empty();
	}

	/**
	 * Write a result.
	 * @param type its declared type
	 * @param result the result
	 * @return the text that is stored, {@code null} for {@code null}
	 * @throws JobArgumentException if it can't be written or is too large
	 */
	@Nullable String writeResult(Type type, @Nullable Object result);

	/**
	 * Read a result.
	 * @param type its declared type
	 * @param text the stored text, {@code null} for {@code null}
	 * @return the result
	 * @throws UnreadableException if the text can't be bound to the type
	 */
	@Nullable Object readResult(Type type, @Nullable String text);

}
