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

import java.time.Instant;

/**
 * Which version of the application knew a name last, of those whose nodes are gone.
 *
 * @param version the version, an empty text if the node had none
 * @param heardAt when that node was heard last, on the store's clock
 */
public record LastKnown(String version, Instant heardAt) {

	/**
	 * The later one of two.
	 * @param other another one
	 * @return the one that was heard later
	 */
	public LastKnown orLater(LastKnown other) {
		return other.heardAt.isAfter(this.heardAt) ? other : this;
	}

}
