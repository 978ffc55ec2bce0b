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
import java.util.List;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobStoreException;

/**
 * Which orders operators gave. Every method runs in a short transaction of its own and
 * never joins one of the caller: what somebody ordered is noted even where it is undone.
 * Reads go by index, and cost the same whatever is kept.
 * <p>
 * {@link JobLeases#prune} forgets what is older than {@link #KEPT}, and a store whose
 * memory is the limit keeps no more than its latest entries.
 */
public interface AuditTrail {

	/** How long an entry is kept, on the store's clock. */
	Duration KEPT = Duration.ofDays(30);

	/** The most entries of one answer. */
	int MOST = 100;

	/**
	 * Keep an order, at the present time of the store's clock.
	 * @param note who, what, on what, and what became of it
	 * @throws JobStoreException if the store can't answer; whether it is kept is then
	 * unknown
	 */
	void append(AuditNote note);

	/**
	 * The latest orders about one thing.
	 * @param kind what kind of thing it is
	 * @param subject a job's id, a queue's or a schedule's name, a node's number
	 * @param most the most entries, 1 to {@value #MOST}
	 * @return the entries, latest first; of a job also orders about many that have
	 * changed it
	 * @throws JobStoreException if the store can't answer
	 */
	List<AuditEntry> about(AuditEntry.Kind kind, String subject, int most);

	/**
	 * The latest orders of all.
	 * @param most the most entries, 1 to {@value #MOST}
	 * @return the entries, latest first
	 * @throws JobStoreException if the store can't answer
	 */
	List<AuditEntry> latest(int most);

}
