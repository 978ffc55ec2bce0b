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

package dev.aftercommit.benchmarks;

/**
 * What every job carries.
 */
final class Payload {

	/** Bytes. */
	static final int USUAL = 200;

	static final String PROPERTY = "aftercommit.benchmark.payload";

	/**
	 * Text of 200 bytes, or of as many as the property {@value #PROPERTY} of the JVM
	 * says.
	 */
	static final String TEXT = "0123456789".repeat(Integer.getInteger(PROPERTY, USUAL) / 10);

	private Payload() {
	}

}
