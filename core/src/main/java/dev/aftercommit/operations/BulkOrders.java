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
package dev.aftercommit.operations;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.aftercommit.BulkResult;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOrder;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.store.IdRange;
import dev.aftercommit.store.JobList;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;

/**
 * Gives an order about all jobs of a page, in the order of their ids, so that two callers
 * who hold rows until their transactions end don't wait for one another.
 */
final class BulkOrders {

	private static final int CHUNK = 50;

	private final JobStore store;

	BulkOrders(JobStore store) {
		this.store = store;
	}

	BulkResult give(JobOrder order, JobFilter filter, Paging paging) {
		JobList list = this.store.overview().list(filter, paging);
		List<UUID> ids = list.jobs().keySet().stream().sorted(IdRange.ORDER).toList();
		Map<OrderResult.Kind, List<UUID>> results = new EnumMap<>(OrderResult.Kind.class);
		for (int from = 0; from < ids.size(); from += CHUNK) {
			List<UUID> chunk = ids.subList(from, Math.min(ids.size(), from + CHUNK));
			Map<UUID, JobStatus> present = this.store.directory().find(chunk);
			for (UUID id : chunk) {
				JobStatus status = present.get(id);
				if (status == null || status.matches(filter)) {
					results.computeIfAbsent(give(order, id).kind(), (kind) -> new ArrayList<>()).add(id);
				}
			}
		}
		return new BulkResult(results, list.next());
	}

	private OrderResult give(JobOrder order, UUID id) {
		JobOrders orders = this.store.orders();
		return switch (order) {
			case RETRY -> orders.retry(id);
			case CANCEL -> orders.cancel(id);
			case RUN_NOW -> orders.runNow(id);
			case DELETE -> orders.delete(id);
		};
	}

}
