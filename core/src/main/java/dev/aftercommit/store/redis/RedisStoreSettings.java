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

package dev.aftercommit.store.redis;

import java.util.regex.Pattern;

import org.springframework.util.Assert;

/**
 * How the store uses Redis.
 *
 * @param keyPrefix what all its keys begin with, in braces: the hash tag that keeps them
 * in one slot of a Redis Cluster. Letters, digits, and {@code . _ : -}
 * @param historyLimit how many jobs of each ended state are kept at most, the latest
 * ones, 1 or more: Redis' memory is what it costs
 */
public record RedisStoreSettings(String keyPrefix, int historyLimit) {

	private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

	/** What holds if nothing is said. */
	public static final RedisStoreSettings DEFAULTS = new RedisStoreSettings("aftercommit", 100_000);

	public RedisStoreSettings {
		Assert.isTrue(PREFIX.matcher(keyPrefix).matches(), () -> "'keyPrefix' (" + keyPrefix
				+ ") must be 1 to 64 letters, digits, dots, underscores, colons or hyphens, such as 'aftercommit'");
		Assert.isTrue(historyLimit > 0, () -> "'historyLimit' (" + historyLimit
				+ ") must be 1 or more: without what has ended, a job that is pushed twice would run twice");
	}

}
