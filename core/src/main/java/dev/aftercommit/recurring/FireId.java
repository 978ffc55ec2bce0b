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

package dev.aftercommit.recurring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;

/**
 * Ids of fired jobs: UUIDs of version 8 that begin with the fire time, as those of
 * version 7 do, and go on with a hash of it and of the schedule's name. So one fire time
 * of one schedule is one job, even where a store has forgotten what it had decided.
 */
final class FireId {

	private FireId() {
	}

	static UUID of(String schedule, Instant time) {
		ByteBuffer hash = ByteBuffer.wrap(sha256(time + " " + schedule));
		long high = (time.toEpochMilli() << 16) | (8L << 12) | (hash.getLong() & 0xfff);
		long low = (0b10L << 62) | (hash.getLong() >>> 2);
		return new UUID(high, low);
	}

	/** A job that is enqueued besides the fire times: like theirs, but of no hash. */
	static UUID besides(Instant time) {
		UUID random = UUID.randomUUID();
		long high = (time.toEpochMilli() << 16) | (8L << 12) | (random.getMostSignificantBits() & 0xfff);
		return new UUID(high, random.getLeastSignificantBits());
	}

	private static byte[] sha256(String text) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
