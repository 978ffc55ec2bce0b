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

package dev.aftercommit.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.util.Assert;

import dev.aftercommit.store.Ending;
import dev.aftercommit.store.LeaseLostException;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Words;

/**
 * Completes jobs on the connection of the transaction that did their work.
 */
final class JoinedCompletion {

	private final BoundConnections bound;

	private final Dialect dialect;

	private final Endings endings;

	private final KeptWords keptWords;

	private final Marks marks;

	JoinedCompletion(BoundConnections bound, Dialect dialect, Endings endings, KeptWords keptWords, Marks marks) {
		this.bound = bound;
		this.dialect = dialect;
		this.endings = endings;
		this.keptWords = keptWords;
		this.marks = marks;
	}

	void complete(Ending ending) {
		boolean completed = this.bound.run(joinable("complete job " + ending.job().id()),
				"The job store could not complete job " + ending.job().id(),
				(connection) -> complete(connection, ending));
		if (!completed) {
			throw new LeaseLostException(ending.job());
		}
	}

	void note(Words words) {
		this.bound.run(joinable("keep what job " + words.id() + " has said"),
				"The job store could not keep what job " + words.id() + " has said", (connection) -> {
					this.keptWords.noteAmongOthers(connection, words);
					return words;
				});
	}

	private DataSource joinable(String what) {
		DataSource dataSource = this.bound.joinable();
		Assert.state(dataSource != null, () -> "The job store can't " + what
				+ ": this thread has no read-write transaction on its 'DataSource'");
		return dataSource;
	}

	private boolean complete(Connection connection, Ending ending) throws SQLException {
		if (!(ending.outcome() instanceof Outcome.Succeeded)) {
			return this.endings.applyAmongOthers(connection, ending);
		}
		boolean completed = this.dialect.succeedAmongOthers(connection, ending);
		if (completed) {
			this.marks.ended(connection, List.of(ending.job().terms()));
		}
		return completed;
	}

}
