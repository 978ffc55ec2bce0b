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

package dev.aftercommit.autoconfigure.dashboard;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is shown of a stack trace before it is unfolded.
 */
class StackTextTests {

	private static final String WHOLE = """
			java.lang.IllegalStateException: quota is used up
				at com.example.Quotas.check(Quotas.java:12)
				at java.base/java.util.ArrayList.forEach(ArrayList.java:1596)
				at com.example.Servers.boot(Servers.java:34)
			""";

	@Test
	void showsTheMessageAndTheApplicationsFrames() {
		StackText text = StackText.of(WHOLE);
		assertThat(text.message()).isEqualTo("java.lang.IllegalStateException: quota is used up");
		assertThat(text.own()).containsExactly("at com.example.Quotas.check(Quotas.java:12)",
				"at com.example.Servers.boot(Servers.java:34)");
		assertThat(text.whole()).isEqualTo(WHOLE);
		assertThat(text.folded()).isTrue();
	}

	@Test
	void whatIsLeftOfAFrameIsNone() {
		for (int length = WHOLE.indexOf("Servers.boot") - 3; length < WHOLE.length() - 2; length++) {
			String cut = WHOLE.substring(0, length);
			StackText text = StackText.of(cut);
			assertThat(text.own()).as(cut).containsExactly("at com.example.Quotas.check(Quotas.java:12)");
			assertThat(text.whole()).isEqualTo(cut + "\u2026 (cut)");
		}
	}

	/** {@code org.springframework} is not known as such by its first letters. */
	@Test
	void aFrameworkIsNotTakenForTheApplicationWhereItsNameIsCut() {
		assertThat(StackText.of("Failure\n\tat org.spr").own()).isEmpty();
	}

	@Test
	void aFrameThatIsThereToItsEndIsShownWhateverIsCutBehindIt() {
		String frame = "Failure\n\tat com.example.Quotas.check(Quotas.java:12)";
		assertThat(StackText.of(frame).own()).hasSize(1);
		assertThat(StackText.of(frame).whole()).isEqualTo(frame);
		assertThat(StackText.of(frame + "\n").own()).hasSize(1);
	}

}
