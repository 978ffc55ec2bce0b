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

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.Paging;

/**
 * The store as operators see it who look at many things at once. All are committed reads
 * outside the caller's transaction, bounded whatever the store has, and throw
 * {@link JobStoreException} if the store can't answer.
 */
public interface Overview {

	/**
	 * List jobs in the order of their ids, by key. A job that is there all the time, and
	 * matches all the time, is on exactly one page, whatever becomes of others; one that
	 * moves is shown as it is when its page is read.
	 * <p>
	 * A page looks at a bounded number of jobs. If too few of them match, it ends early
	 * and says where to go on.
	 * @param filter which jobs
	 * @param paging which page of them
	 * @return the page
	 * @throws IllegalArgumentException if this store can't have given the key of the page
	 */
	JobList list(JobFilter filter, Paging paging);

	/**
	 * Look up the tags of jobs, in one round trip for all.
	 * @param ids their ids, at most 1000
	 * @return the tags of those that have any, ordered
	 */
	Map<UUID, List<String>> tags(Collection<UUID> ids);

}
