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

import java.util.List;

import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Outcome;

/**
 * Ends of attempts, as {@code apply.lua} takes them.
 */
final class EndingWords {

	private static final byte[] DONE = Redis.bytes("done");

	private static final byte[] RESULT = Redis.bytes("result");

	private static final byte[] RETRY = Redis.bytes("retry");

	private static final byte[] DEAD = Redis.bytes("dead");

	private static final byte[] RELEASED = Redis.bytes("released");

	private EndingWords() {
	}

	static void add(List<byte[]> arguments, Ending ending) {
		arguments.add(Ids.write(ending.job().id()));
		arguments.add(Redis.bytes(Long.toString(ending.job().lease().token())));
		add(arguments, ending.outcome());
	}

	private static void add(List<byte[]> arguments, Outcome outcome) {
		if (outcome instanceof Outcome.Succeeded succeeded) {
			String result = succeeded.result();
			arguments.add((result != null) ? RESULT : DONE);
			if (result != null) {
				arguments.add(Redis.bytes(result));
			}
		}
		else if (outcome instanceof Outcome.Retry retry) {
			arguments.add(RETRY);
			arguments.add(Redis.bytes(Micros.of(retry.delay())));
			arguments.add(Redis.bytes(FailureText.write(retry.failure())));
		}
		else if (outcome instanceof Outcome.Dead dead) {
			arguments.add(DEAD);
			arguments.add(Redis.bytes(dead.reason().name()));
			arguments.add(Redis.bytes(FailureText.write(dead.failure())));
		}
		else {
			arguments.add(RELEASED);
		}
	}

}
