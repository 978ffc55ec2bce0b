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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobProgress;
import dev.aftercommit.JobWords;
import dev.aftercommit.store.Words;

/**
 * What bodies have said, as {@code note.lua} keeps it of each attempt: a line of when it
 * was first heard, its version, and two numbers if it told its progress; then its lines.
 */
final class WordsText {

	private static final int WITH_PROGRESS = 4;

	private WordsText() {
	}

	static void write(Words words, List<byte[]> arguments) {
		JobProgress progress = words.progress();
		arguments.add(Ids.write(words.id()));
		arguments.add(Redis.bytes(Long.toString(words.lease().node())));
		arguments.add(Redis.bytes(Long.toString(words.lease().token())));
		arguments.add(Redis.bytes(Long.toString(words.version())));
		arguments.add(Redis.bytes((progress != null) ? progress.done() + " " + progress.total() : ""));
		arguments.add(Redis.bytes(String.join("\n", words.log())));
	}

	static JobWords read(List<String> attempts) {
		JobProgress progress = null;
		List<String> log = new ArrayList<>();
		for (String attempt : attempts.stream().sorted(Comparator.comparing(WordsText::firstHeard)).toList()) {
			int end = attempt.indexOf('\n');
			JobProgress told = progress(attempt.substring(0, Math.max(0, end)).split(" "));
			progress = (told != null) ? told : progress;
			if (end >= 0 && end + 1 < attempt.length()) {
				log.addAll(List.of(attempt.substring(end + 1).split("\n", -1)));
			}
		}
		return new JobWords(progress, log);
	}

	private static long firstHeard(String attempt) {
		return number(attempt.split(" ", 2)[0]);
	}

	private static @Nullable JobProgress progress(String[] words) {
		return (words.length == WITH_PROGRESS) ? new JobProgress(number(words[2]), number(words[3])) : null;
	}

	private static long number(String word) {
		try {
			return Math.max(0, Long.parseLong(word));
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

}
