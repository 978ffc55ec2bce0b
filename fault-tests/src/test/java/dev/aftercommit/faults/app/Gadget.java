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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Names a class that tells of itself when it is loaded.
 */
public final class Gadget {

	/** System property with the name of the file that it writes. */
	public static final String FILE_PROPERTY = "faults.gadget";

	/** The class. */
	public static final String NAME = "dev.aftercommit.faults.app.Gadget$Loaded";

	private Gadget() {
	}

	/**
	 * Nobody refers to it.
	 */
	public static class Loaded {

		static {
			try {
				Files.createFile(Path.of(System.getProperty(FILE_PROPERTY)));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
