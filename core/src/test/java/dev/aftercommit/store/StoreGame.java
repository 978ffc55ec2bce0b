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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.OrderResult;
import dev.aftercommit.store.ModelJob.Seen;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A store and a small model of it, both asked to do the same. After each step every job
 * of the store is looked at: it is where it was, or where one documented arrow leads that
 * this step may take.
 * <p>
 * The store's clock moves by whole hours, all that the model compares with lies between
 * them: the seconds that a run takes change nothing.
 */
public final class StoreGame {

	private static final Duration LEASE = Duration.ofMinutes(90);

	private static final int MAX_CRASHES = 3;

	private static final Map<JobState, Integer> KEPT_MINUTES = Map.of(JobState.SUCCEEDED, 330, JobState.CANCELLED, 210,
			JobState.DEAD, 450);

	private static final Retention RETENTION = new Retention(Duration.ofMinutes(330), Duration.ofMinutes(210),
			Duration.ofMinutes(450));

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "java.lang.Exception", "planted");

	private static final Failure LEFT = new Failure(AttemptOutcome.CANCELLED, "dev.aftercommit.JobLeaveError",
			"planted");

	private final StoreHarness harness;

	private final JobStore store;

	private final List<ModelJob> jobs = IntStream.range(0, 6).mapToObj(ModelJob::new).toList();

	private final List<Long> nodes = new ArrayList<>();

	private final Map<Long, Long> beats = new HashMap<>();

	private final Map<Long, Long> ends = new HashMap<>();

	private final List<ClaimedJob> claims = new ArrayList<>();

	private long minutes;

	private long sequence;

	private long tokens;

	private int effective;

	StoreGame(StoreHarness harness) {
		this.harness = harness;
		this.store = harness.store();
		this.nodes.add(4711L);
		register();
		register();
	}

	/** How many outcomes were applied. */
	public int effective() {
		return this.effective;
	}

	void register() {
		long node = this.store.nodes().register(new NodeInfo("node", "1", Set.of("job")));
		assertThat(this.nodes).doesNotContain(node);
		this.nodes.add(node);
		this.beats.put(node, this.minutes);
		expectNothing();
	}

	void heartbeat(int who) {
		long node = node(who);
		assertThat(this.store.nodes().heartbeat(node)).as("heartbeat accepted").isEqualTo(this.beats.containsKey(node));
		this.beats.computeIfPresent(node, (number, last) -> this.minutes);
		expectNothing();
	}

	void end(int who) {
		this.store.nodes().end(node(who));
		if (this.beats.remove(node(who)) != null) {
			this.ends.put(node(who), this.minutes);
		}
		expectNothing();
	}

	void advance(int hours) {
		this.harness.advance(Duration.ofHours(hours));
		this.minutes += 60L * hours;
		expectNothing();
	}

	/** Jobs in their order, some twice, some that are there. */
	void enqueue(List<Integer> numbers, int hours) {
		JobState state = (hours > 0) ? JobState.SCHEDULED : JobState.ENQUEUED;
		Map<ModelJob, Seen> moves = new LinkedHashMap<>();
		List<ModelJob> given = numbers.stream().map(this.jobs::get).toList();
		given.stream()
			.filter((job) -> job.seen == null)
			.forEach((job) -> moves.put(job, new Seen(state, 0, null, null, null)));
		this.store.intake().enqueue(given.stream().map((job) -> timed(job.job, hours)).toList());
		expectAll(moves);
		for (ModelJob job : moves.keySet()) {
			job.sequence = ++this.sequence;
			job.due = this.minutes + delay(hours);
		}
	}

	void claim(int who, int limit, @Nullable Set<String> queues, Set<String> names, int atMost) {
		Lease lease = new Lease(node(who), ++this.tokens);
		Map<String, Integer> most = Map.of("queue-1", atMost);
		Map<String, List<ModelJob>> waiting = waiting(queues, names);
		Map<ModelJob, Seen> moves = new LinkedHashMap<>();
		waiting.values()
			.forEach((queue) -> queue
				.forEach((job) -> moves.put(job, job.now(JobState.RUNNING).attempts(job.seen().attempts() + 1))));
		int allowed = waiting.entrySet()
			.stream()
			.mapToInt((queue) -> Math.min(queue.getValue().size(), most.getOrDefault(queue.getKey(), limit)))
			.sum();
		Claim claim = this.store.leases().claim(new ClaimRequest(lease, queues, most, names, limit));
		List<ModelJob> moved = expect(moves, Math.min(limit, allowed));
		assertThat(claim.jobs()).extracting(ClaimedJob::id)
			.containsExactlyInAnyOrderElementsOf(moved.stream().map((job) -> job.job.id()).toList());
		waiting.forEach((queue, all) -> {
			List<ModelJob> mine = all.stream().filter(moved::contains).toList();
			assertThat(mine).as("the first ones of " + queue).isEqualTo(all.subList(0, mine.size()));
			assertThat(mine).hasSizeLessThanOrEqualTo(most.getOrDefault(queue, limit));
		});
		claim.jobs().forEach((claimed) -> claimed(claimed, lease));
	}

	private void claimed(ClaimedJob claimed, Lease lease) {
		ModelJob job = byId(claimed.id());
		job.lease = lease;
		assertThat(claimed.lease()).isEqualTo(lease);
		assertThat(claimed.attempt()).isEqualTo(job.seen().attempts());
		assertThat(claimed.forgiven()).isEqualTo(job.forgiven);
		assertThat(claimed.arguments()).isEqualTo(job.job.arguments());
		assertThat(claimed.headers()).isEqualTo(job.job.headers());
		assertThat(claimed.name()).isEqualTo(job.job.name());
		this.claims.add(claimed);
	}

	/** Apply outcomes to claims old and new, at most one for each job. */
	void apply(List<Integer> whichs, Outcome outcome) {
		Map<UUID, Ending> endings = new LinkedHashMap<>();
		Map<ModelJob, Seen> moves = new LinkedHashMap<>();
		Set<UUID> accepted = new LinkedHashSet<>();
		for (int which : whichs) {
			if (this.claims.isEmpty()) {
				return;
			}
			ClaimedJob claim = this.claims.get(which % this.claims.size());
			ModelJob job = byId(claim.id());
			if (endings.containsKey(claim.id())) {
				continue;
			}
			Outcome before = job.accepted.get(claim.lease());
			endings.put(claim.id(), new Ending(claim, (before != null) ? before : outcome));
			if (claim.lease().equals(job.lease)) {
				moves.put(job,
						(outcome instanceof Outcome.Succeeded) ? after(job, outcome) : job.free(after(job, outcome)));
			}
			if (before != null || claim.lease().equals(job.lease)) {
				accepted.add(claim.id());
			}
		}
		assertThat(this.store.leases().apply(List.copyOf(endings.values()))).as("accepted").isEqualTo(accepted);
		for (ModelJob job : expectAll(moves)) {
			assertThat(job.accepted.put(lease(job), outcome)).as("an outcome before this one").isNull();
			job.free();
			this.effective++;
			job.ended = this.minutes;
			if (outcome instanceof Outcome.Retry retry) {
				job.due = this.minutes + retry.delay().toMinutes();
			}
			if (outcome instanceof Outcome.Snoozed snoozed) {
				job.due = this.minutes + snoozed.delay().toMinutes();
			}
		}
	}

	static Outcome retry(int hours) {
		return new Outcome.Retry(Duration.ofMinutes(delay(hours)), FAILURE);
	}

	static Outcome snoozed(int hours) {
		return new Outcome.Snoozed(Duration.ofMinutes(delay(hours)));
	}

	static Outcome dead() {
		return new Outcome.Dead(DeadReason.DISCARDED, FAILURE);
	}

	static Outcome cancelled() {
		return new Outcome.Cancelled(LEFT);
	}

	private static Seen after(ModelJob job, Outcome outcome) {
		if (outcome instanceof Outcome.Succeeded succeeded) {
			return job.now(JobState.SUCCEEDED).result(succeeded.result());
		}
		if (outcome instanceof Outcome.Retry) {
			return job.now(JobState.RETRYING).failure(AttemptOutcome.FAILED);
		}
		if (outcome instanceof Outcome.Snoozed) {
			return job.now(JobState.SCHEDULED).attempts(job.seen().attempts() - 1);
		}
		if (outcome instanceof Outcome.Cancelled) {
			return job.now(JobState.CANCELLED);
		}
		if (outcome instanceof Outcome.Dead dead) {
			return job.now(JobState.DEAD).reason(dead.reason()).failure(AttemptOutcome.FAILED);
		}
		return job.now(JobState.ENQUEUED).attempts(job.seen().attempts() - 1);
	}

	void reclaim(int who, Set<Integer> held, int newest) {
		long below = this.tokens + 1 - newest;
		Set<Long> tokens = new LinkedHashSet<>();
		Map<ModelJob, Seen> moves = new LinkedHashMap<>();
		for (ModelJob job : this.jobs) {
			if (job.is(JobState.RUNNING) && lease(job).node() == node(who)) {
				if (held.contains(job.number)) {
					tokens.add(lease(job).token());
				}
			}
		}
		for (ModelJob job : running((job) -> lease(job).node() == node(who) && lease(job).token() < below
				&& !tokens.contains(lease(job).token()))) {
			moves.put(job, job.free(job.now(JobState.ENQUEUED).attempts(job.seen().attempts() - 1)));
		}
		assertThat(this.store.leases().reclaim(node(who), tokens, below)).isEqualTo(moves.size());
		expectAll(moves).forEach((job) -> {
			job.free();
			job.ended = this.minutes;
		});
	}

	void rescue(int limit) {
		List<Long> silent = this.beats.keySet()
			.stream()
			.filter((node) -> this.beats.get(node) + LEASE.toMinutes() < this.minutes)
			.toList();
		silent.forEach((node) -> {
			this.beats.remove(node);
			this.ends.put(node, this.minutes);
		});
		Map<ModelJob, Seen> moves = new LinkedHashMap<>();
		for (ModelJob job : running((job) -> !this.beats.containsKey(lease(job).node()))) {
			Seen lost = (job.losses + 1 < MAX_CRASHES) ? job.now(JobState.ENQUEUED)
					: job.now(JobState.DEAD).reason(DeadReason.CRASHED);
			moves.put(job, job.free(lost.failure(AttemptOutcome.LOST)));
		}
		List<ModelJob> lastChances = moves.keySet().stream().filter((job) -> job.losses == MAX_CRASHES - 2).toList();
		if (lastChances.size() < moves.size()) {
			lastChances.forEach(moves::remove);
		}
		else if (this.jobs.stream().anyMatch(this::isLatelyLostAndOut)) {
			moves.keySet().removeIf((job) -> isLately(this.ends.get(lease(job).node())));
		}
		int rescued = Math.min(moves.keySet().stream().anyMatch(lastChances::contains) ? 1 : limit, moves.size());
		assertThat(this.store.leases().rescue(LEASE, MAX_CRASHES, limit)).isEqualTo(rescued);
		for (ModelJob job : expect(moves, rescued)) {
			job.free();
			job.losses++;
			job.lost = this.minutes;
			job.ended = this.minutes;
		}
	}

	private boolean isLatelyLostAndOut(ModelJob job) {
		return isLately(job.lost)
				&& (job.is(JobState.ENQUEUED) || job.is(JobState.RUNNING) && this.beats.containsKey(lease(job).node()));
	}

	private boolean isLately(@Nullable Long time) {
		return time != null && time + 9 * LEASE.toMinutes() > this.minutes;
	}

	void promote(int limit) {
		Map<ModelJob, Seen> moves = new LinkedHashMap<>();
		this.jobs.stream()
			.filter((job) -> job.waitsForItsTime() && job.due <= this.minutes)
			.forEach((job) -> moves.put(job, job.now(JobState.ENQUEUED)));
		int promoted = Math.min(limit, moves.size());
		assertThat(this.store.leases().promote(limit)).isEqualTo(promoted);
		List<ModelJob> moved = expect(moves, promoted);
		moved.forEach((job) -> moves.keySet()
			.stream()
			.filter((other) -> !moved.contains(other))
			.forEach((other) -> assertThat(job.due).as("earliest first").isLessThanOrEqualTo(other.due)));
	}

	void prune(int limit) {
		Map<ModelJob, Seen> moves = new LinkedHashMap<>();
		Map<JobState, Integer> old = new TreeMap<>();
		for (ModelJob job : this.jobs) {
			if (job.seen != null && job.seen.state().isEnded()
					&& this.minutes - job.ended > KEPT_MINUTES.get(job.seen.state())) {
				moves.put(job, null);
				old.merge(job.seen.state(), 1, Integer::sum);
			}
		}
		int pruned = old.values().stream().mapToInt((count) -> Math.min(count, limit)).sum();
		assertThat(this.store.leases().prune(RETENTION, limit)).isEqualTo(pruned);
		expect(moves, pruned).forEach(ModelJob::forget);
	}

	void cancel(int number) {
		ModelJob job = this.jobs.get(number);
		boolean cancelled = job.is(JobState.ENQUEUED) || job.waitsForItsTime();
		assertThat(this.store.directory().cancel(job.job.id())).isEqualTo(cancelled);
		expectAll(cancelled ? Map.of(job, job.now(JobState.CANCELLED)) : Map.of())
			.forEach((gone) -> gone.ended = this.minutes);
	}

	void orderRetry(int number) {
		ModelJob job = this.jobs.get(number);
		boolean dead = job.is(JobState.DEAD);
		assertThat(this.store.orders().retry(job.job.id())).isEqualTo(result(job, dead));
		expectAll(dead ? Map.of(job, revived(job)) : Map.of()).forEach((retried) -> {
			retried.forgiven = retried.seen().attempts();
			retried.losses = 0;
		});
	}

	private static Seen revived(ModelJob job) {
		Seen dead = job.seen();
		return new Seen(JobState.ENQUEUED, dead.attempts(), null, null, dead.failure());
	}

	void orderCancel(int number) {
		ModelJob job = this.jobs.get(number);
		if (job.is(JobState.RUNNING)) {
			assertThat(this.store.orders().cancel(job.job.id())).isEqualTo(OrderResult.requested());
			job.cancelRequested = true;
			expectNothing();
			return;
		}
		boolean waits = job.is(JobState.ENQUEUED) || job.waitsForItsTime();
		assertThat(this.store.orders().cancel(job.job.id())).isEqualTo(result(job, waits));
		expectAll(waits ? Map.of(job, job.now(JobState.CANCELLED)) : Map.of())
			.forEach((gone) -> gone.ended = this.minutes);
	}

	void orderRunNow(int number) {
		ModelJob job = this.jobs.get(number);
		boolean waits = job.waitsForItsTime();
		assertThat(this.store.orders().runNow(job.job.id())).isEqualTo(result(job, waits));
		expectAll(waits ? Map.of(job, job.now(JobState.ENQUEUED)) : Map.of());
	}

	void orderDelete(int number) {
		ModelJob job = this.jobs.get(number);
		boolean ended = job.seen != null && job.seen.state().isEnded();
		assertThat(this.store.orders().delete(job.job.id())).isEqualTo(result(job, ended));
		Map<ModelJob, @Nullable Seen> moves = new HashMap<>();
		if (ended) {
			moves.put(job, null);
		}
		expectAll(moves).forEach(ModelJob::forget);
	}

	private static OrderResult result(ModelJob job, boolean done) {
		if (job.seen == null) {
			return OrderResult.unknown();
		}
		return done ? OrderResult.done(job.seen.state()) : OrderResult.refused(job.seen.state());
	}

	void askForCancelRequests(int who) {
		Set<CancelRequest> requests = new LinkedHashSet<>();
		running((job) -> job.cancelRequested && lease(job).node() == node(who))
			.forEach((job) -> requests.add(new CancelRequest(job.job.id(), lease(job))));
		assertThat(this.store.nodes().orders(node(who)).cancellations()).isEqualTo(requests);
		expectNothing();
	}

	private void expectNothing() {
		expect(Map.of(), 0);
	}

	private List<ModelJob> expectAll(Map<ModelJob, Seen> moves) {
		return expect(moves, moves.size());
	}

	/**
	 * Look at every job.
	 * @param moves where a job may be now, {@code null} for nowhere
	 * @param count how many of them must be there, the others having stayed
	 * @return those that moved
	 */
	private List<ModelJob> expect(Map<ModelJob, @Nullable Seen> moves, int count) {
		Map<UUID, JobStatus> found = this.store.directory()
			.find(this.jobs.stream().map((job) -> job.job.id()).toList());
		List<ModelJob> moved = new ArrayList<>();
		for (ModelJob job : this.jobs) {
			JobStatus status = found.get(job.job.id());
			Seen after = Seen.of(status);
			if (!Objects.equals(after, job.seen)) {
				assertThat(moves).as("%s moved from %s to %s", job, job.seen, after).containsKey(job);
				assertThat(after).as("%s moved from %s", job, job.seen).isEqualTo(moves.get(job));
				assertThat(ModelJob.isDocumented(job.seen, after)).as("%s: from %s to %s", job, job.seen, after)
					.isTrue();
				moved.add(job);
				job.seen = after;
			}
			if (status != null) {
				assertThat(status.endedAt() != null).isEqualTo(status.state().isEnded());
				assertThat(status.dueAt() != null).isEqualTo(job.waitsForItsTime());
			}
		}
		assertThat(moved).as("moved, of %s", moves).hasSize(count);
		countPlaces();
		return moved;
	}

	/** A job in two places is counted twice, one in none not at all. */
	private void countPlaces() {
		Map<JobState, Count> counts = this.store.directory().count();
		Map<String, Count> waiting = new TreeMap<>();
		for (JobState state : JobState.values()) {
			long expected = this.jobs.stream().filter((job) -> job.is(state)).count();
			assertThat(counts.get(state)).as("jobs %s", state).isEqualTo(new Count(expected, true));
		}
		for (QueueDepth depth : this.store.directory().depths()) {
			waiting.put(depth.queue(), depth.waiting());
			assertThat(depth.oldest().isNegative()).isFalse();
		}
		Map<String, Count> expected = new TreeMap<>();
		waiting(null, Set.of("job", "other.job"))
			.forEach((queue, jobs) -> expected.put(queue, new Count(jobs.size(), true)));
		assertThat(waiting).isEqualTo(expected);
	}

	private Map<String, List<ModelJob>> waiting(@Nullable Set<String> queues, Set<String> names) {
		Map<String, List<ModelJob>> waiting = new TreeMap<>();
		this.jobs.stream()
			.filter((job) -> job.is(JobState.ENQUEUED) && names.contains(job.job.name()))
			.filter((job) -> queues == null || queues.contains(job.job.queue()))
			.sorted(Comparator.<ModelJob>comparingInt((job) -> job.job.priority())
				.thenComparingLong((job) -> job.sequence))
			.forEach((job) -> waiting.computeIfAbsent(job.job.queue(), (queue) -> new ArrayList<>()).add(job));
		return waiting;
	}

	private List<ModelJob> running(Predicate<ModelJob> which) {
		return this.jobs.stream().filter((job) -> job.is(JobState.RUNNING)).filter(which).toList();
	}

	private ModelJob byId(UUID id) {
		return this.jobs.stream().filter((job) -> job.job.id().equals(id)).findFirst().orElseThrow();
	}

	private long node(int who) {
		return this.nodes.get(who % this.nodes.size());
	}

	private static Lease lease(ModelJob job) {
		return Objects.requireNonNull(job.lease);
	}

	private static NewJob timed(NewJob job, int hours) {
		JobTime time = (hours > 0) ? JobTime.in(Duration.ofMinutes(delay(hours))) : null;
		return new NewJob(job.id(), job.name(), job.queue(), job.priority(), time, job.arguments(), job.headers());
	}

	private static long delay(int hours) {
		return (hours > 0) ? 60L * hours - 30 : 0;
	}

	@Override
	public String toString() {
		return "minute " + this.minutes + ", " + this.jobs.stream().map((job) -> job + " " + job.seen).toList();
	}

}
