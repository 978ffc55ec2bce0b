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

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.Paging;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.IdRange;
import dev.aftercommit.store.JobList;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.LastKnown;
import dev.aftercommit.store.NameDepth;
import dev.aftercommit.store.NameDepths;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.RunningCount;
import dev.aftercommit.store.Whereabouts;
import dev.aftercommit.store.Whereabouts.Blocking;

/**
 * Looks at many jobs at once. No index has all of them by their ids: a page is put in
 * order here, of what the places of the jobs have, a slice of each if they have too many.
 */
final class RedisOverview implements Overview {

	/** Most jobs of which a page looks at more than their ids. */
	private static final int MOST = 1000;

	private static final int CHUNK = 100;

	private final Redis redis;

	private final RedisFailures failures;

	RedisOverview(Redis redis) {
		this.redis = redis;
		this.failures = new RedisFailures(redis);
	}

	@Override
	public JobList list(JobFilter filter, Paging paging) {
		ListKey key = ListKey.of(paging.after());
		IdRange range = IdRange.of(filter, paging.order(), key.after());
		return (filter.tag() != null) ? tagged(filter, filter.tag(), paging, range)
				: inPlaces(filter, paging, range, key);
	}

	private JobList tagged(JobFilter filter, String tag, Paging paging, IdRange range) {
		List<UUID> ids = Ids.readAll(
				this.redis
					.run("list tagged jobs", Script.TAGGED, tag, "[" + range.from(), "(" + range.until(),
							Integer.toString(MOST + 1), isNewestFirst(paging) ? "1" : "0")
					.text());
		ListKey all = new ListKey(0, 0, null);
		return (ids.size() > MOST)
				? page(filter, paging, ids.subList(0, MOST), all, new ListKey(0, 0, ids.get(MOST - 1)))
				: page(filter, paging, ids, all, null);
	}

	private JobList inPlaces(JobFilter filter, Paging paging, IdRange range, ListKey key) {
		List<String> arguments = new ArrayList<>();
		Arrays.stream(JobState.values()).filter(filter::includes).map(JobState::name).forEach(arguments::add);
		arguments.addAll(List.of("", written(filter.queue()), written(filter.name()), isNewestFirst(paging) ? "1" : "0",
				Long.toString(key.from()), Long.toString(key.width())));
		Reply reply = this.redis.run("list jobs", Script.PLACES, arguments.toArray(String[]::new));
		long width = reply.number();
		boolean more = reply.number() == 1;
		Comparator<UUID> order = isNewestFirst(paging) ? IdRange.ORDER.reversed() : IdRange.ORDER;
		List<UUID> ids = Ids.readAll(reply.text()).stream().filter(range::contains).distinct().sorted(order).toList();
		return page(filter, paging, ids, new ListKey(key.from(), width, null),
				more ? new ListKey(key.from() + width, width, null) : null);
	}

	private static boolean isNewestFirst(Paging paging) {
		return paging.order() == Paging.Order.NEWEST_FIRST;
	}

	private static String written(@Nullable String word) {
		return (word != null) ? Lane.written(word) : "";
	}

	/**
	 * @param all ids in their order
	 * @param slice where the ids are from
	 * @param rest where to go on when all of them were looked at
	 */
	private JobList page(JobFilter filter, Paging paging, List<UUID> all, ListKey slice, @Nullable ListKey rest) {
		String errorType = filter.errorType();
		List<UUID> ids = (errorType != null) ? this.failures.among(all, errorType) : all;
		Map<UUID, JobStatus> found = new LinkedHashMap<>();
		int looked = 0;
		UUID last = null;
		while (looked < Math.min(MOST, ids.size()) && found.size() < paging.size()) {
			List<UUID> chunk = ids.subList(looked, Math.min(ids.size(), looked + CHUNK));
			Map<UUID, JobStatus> described = describe(chunk);
			for (UUID id : chunk) {
				if (found.size() < paging.size()) {
					looked++;
					last = id;
					addIfMatching(found, filter, id, described.get(id));
				}
			}
		}
		ListKey next = (looked < ids.size()) ? new ListKey(slice.from(), slice.width(), last) : rest;
		return new JobList(found, (next != null) ? next.write() : null);
	}

	private static void addIfMatching(Map<UUID, JobStatus> found, JobFilter filter, UUID id, @Nullable JobStatus job) {
		if (job != null && job.matches(filter)) {
			found.put(id, job);
		}
	}

	private Map<UUID, JobStatus> describe(Collection<UUID> ids) {
		Map<UUID, JobStatus> described = new HashMap<>();
		read(ids, (id, job, tags) -> described.put(id, job));
		return described;
	}

	@Override
	public List<FailureGroup> failures(Set<JobState> states) {
		return this.failures.group(states);
	}

	@Override
	public Map<UUID, List<String>> tags(Collection<UUID> ids) {
		Map<UUID, List<String>> found = new HashMap<>();
		read(ids, (id, job, tags) -> {
			if (!tags.isEmpty()) {
				found.put(id, Arrays.stream(tags.split("\n")).sorted().toList());
			}
		});
		return found;
	}

	@Override
	public List<NodeSnapshot> nodes() {
		return NodeReply.read(this.redis.run("list nodes", Script.NODE_LIST, Integer.toString(MOST)), MOST);
	}

	@Override
	public List<NameDepth> waitingUnderOthers(Set<String> names) {
		Reply reply = this.redis.run("measure names", Script.NAMES,
				names.stream().map(Lane::written).toArray(String[]::new));
		NameDepths depths = new NameDepths();
		while (reply.hasNext()) {
			depths.add(Lane.word(reply.text()), reply.number(), Micros.duration(reply.number()));
		}
		return depths.list();
	}

	@Override
	public Map<String, LastKnown> lastKnown(Collection<String> names) {
		if (names.isEmpty()) {
			return Map.of();
		}
		Reply reply = this.redis.run("look up who knew names", Script.KNOWN, names.toArray(String[]::new));
		Map<String, LastKnown> known = new HashMap<>();
		while (reply.hasNext()) {
			String name = reply.text();
			Instant heardAt = Micros.instant(reply.number());
			known.put(name, new LastKnown(reply.text(), heardAt));
		}
		return known;
	}

	@Override
	public List<RunningCount> running() {
		Reply reply = this.redis.run("count running jobs", Script.RUNNING);
		Map<RunningCount, Long> counts = new HashMap<>();
		while (reply.hasNext()) {
			counts.merge(new RunningCount(reply.number(), Lane.read(reply.text()).queue(), 1), 1L, Long::sum);
		}
		return counts.entrySet()
			.stream()
			.map((each) -> new RunningCount(each.getKey().node(), each.getKey().queue(), each.getValue()))
			.toList();
	}

	@Override
	public Optional<Whereabouts> locate(UUID id) {
		Reply reply = this.redis.run("locate job " + id, Script.LOCATE, id.toString());
		if (!reply.hasNext()) {
			return Optional.empty();
		}
		Instant now = Micros.instant(reply.number());
		long node = reply.number();
		boolean toBeCancelled = reply.number() == 1;
		JobState state = JobState.valueOf(reply.text());
		JobLine line = new JobLine(reply.nextBytes());
		JobStatus status = RedisDirectory.status(state, line, null, reply);
		return Optional.of(new Whereabouts(status, now,
				toBeCancelled ? Whereabouts.Place.TO_BE_CANCELLED : Whereabouts.Place.STORE, node, null,
				blocking(reply)));
	}

	private static @Nullable Blocking blocking(Reply reply) {
		String kind = reply.text();
		String key = Lane.word(reply.text());
		List<UUID> holders = Ids.readAll(reply.text());
		if (kind.isEmpty()) {
			return null;
		}
		return new Blocking(kind.equals("unique") ? Blocking.Kind.UNIQUE : Blocking.Kind.CONCURRENCY, key, holders);
	}

	@Override
	public Count ahead(UUID id, Set<String> names) {
		List<String> arguments = new ArrayList<>(List.of(id.toString(), Integer.toString(MOST_AHEAD + 1)));
		names.forEach((name) -> arguments.add(Lane.written(name)));
		long counted = this.redis.run("count what is before job " + id, Script.AHEAD, arguments.toArray(String[]::new))
			.number();
		return new Count(Math.min(counted, MOST_AHEAD), counted <= MOST_AHEAD);
	}

	private void read(Collection<UUID> ids, Described described) {
		if (ids.isEmpty()) {
			return;
		}
		Reply reply = this.redis.run("look at jobs", Script.DESCRIBE,
				ids.stream().map(UUID::toString).toArray(String[]::new));
		while (reply.hasNext()) {
			UUID id = UUID.fromString(reply.text());
			JobState state = JobState.valueOf(reply.text());
			JobLine line = new JobLine(reply.nextBytes());
			JobStatus status = RedisDirectory.status(state, line, null, reply);
			described.is(id, status, reply.text());
		}
	}

	/** Takes what is said of a job. */
	@FunctionalInterface
	private interface Described {

		void is(UUID id, JobStatus job, String tags);

	}

}
