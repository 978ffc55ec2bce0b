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

import java.time.Clock;
import java.time.Instant;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * Puts the clock of this JVM wrong: what {@code java.time} says, not
 * {@link System#currentTimeMillis()}.
 */
public final class WrongClock {

	/** System property with the milliseconds by which the clock is fast. */
	public static final String OFFSET = "faults.clock.offset";

	private WrongClock() {
	}

	static void installIfWanted() {
		if (System.getProperty(OFFSET) == null) {
			return;
		}
		Instant before = Instant.now();
		ClassReloadingStrategy strategy = ClassReloadingStrategy.of(ByteBuddyAgent.install());
		try {
			Class<?> system = Class.forName("java.time.Clock$SystemClock");
			new ByteBuddy().redefine(system)
				.visit(Advice.to(LaterInstant.class).on(ElementMatchers.named("instant")))
				.visit(Advice.to(LaterMillis.class).on(ElementMatchers.named("millis")))
				.make()
				.load(null, strategy);
			new ByteBuddy().redefine(Instant.class)
				.visit(Advice.to(LaterInstant.class)
					.on(ElementMatchers.named("now").and(ElementMatchers.takesNoArguments())))
				.make()
				.load(null, strategy);
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException("This JVM's clock can't be put wrong", ex);
		}
		long shift = Clock.systemUTC().instant().toEpochMilli() - before.toEpochMilli();
		if (Math.abs(shift - Long.getLong(OFFSET)) > 30_000) {
			throw new IllegalStateException("The clock was not put wrong: shifted by " + shift + " ms");
		}
	}

	static void putForwardBy(long millis) {
		System.setProperty(OFFSET, Long.toString(millis));
	}

	/** Becomes part of the clock's method. */
	static final class LaterInstant {

		private LaterInstant() {
		}

		@Advice.OnMethodExit
		static void exit(@Advice.Return(readOnly = false) Instant now) {
			now = now.plusMillis(Long.getLong("faults.clock.offset", 0));
		}

	}

	/** Becomes part of the clock's method. */
	static final class LaterMillis {

		private LaterMillis() {
		}

		@Advice.OnMethodExit
		static void exit(@Advice.Return(readOnly = false) long now) {
			now = now + Long.getLong("faults.clock.offset", 0);
		}

	}

}
