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

package dev.aftercommit.store;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * How long ended jobs are kept, on the store's clock.
 *
 * @param succeeded for jobs that ended well
 * @param cancelled for cancelled ones
 * @param dead for those that were given up
 */
public record Retention(Duration succeeded, Duration cancelled, Duration dead) {

	/**
	 * The longest one.
	 * @return after what time the store has forgotten every job that had ended
	 */
	public Duration longest() {
		return Stream.of(this.succeeded, this.cancelled, this.dead).max(Duration::compareTo).orElseThrow();
	}

}
