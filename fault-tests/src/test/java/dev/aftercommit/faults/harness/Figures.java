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

package dev.aftercommit.faults.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a run of a fault cost.
 *
 * @param calls calls that were begun
 * @param committed calls whose business row is there
 * @param unknown calls whose caller was not told whether they committed
 * @param runs bodies that were started
 * @param lost committed, and never succeeded; or the caller was told of a commit that
 * isn't there
 * @param ghosts ran or are stored, and never committed
 * @param explained further runs of one call that a crash, an expired or a given-back
 * lease, or a failure explains
 * @param unexplained further runs that nothing explains
 * @param overlappingOutcomes jobs of which two outcomes were accepted
 * @param overlappingBodies jobs of which two bodies ran at the same time
 * @param stale outcomes that were refused
 * @param stuck jobs that are nowhere, or have not ended
 * @param recoveries milliseconds from each crash to the next start of what had run there,
 * in order
 */
public record Figures(int calls, int committed, int unknown, int runs, int lost, int ghosts, int explained,
		int unexplained, int overlappingOutcomes, int overlappingBodies, int stale, int stuck, List<Long> recoveries) {

	/** Whether nothing went wrong that must not. */
	public boolean isClean() {
		return this.lost == 0 && isCleanButForLosses();
	}

	/** Whether at most something was lost: by best effort, that is no promise broken. */
	public boolean isCleanButForLosses() {
		return this.ghosts == 0 && this.unexplained == 0 && this.overlappingOutcomes == 0 && this.stuck == 0;
	}

	/**
	 * A percentile of the recoveries.
	 * @param percent 1 to 100
	 * @return the time, {@code null} if nothing had to recover
	 */
	public @Nullable Duration recovery(int percent) {
		if (this.recoveries.isEmpty()) {
			return null;
		}
		int index = (int) Math.ceil(percent / 100.0 * this.recoveries.size()) - 1;
		return Duration.ofMillis(this.recoveries.get(index));
	}

	/**
	 * Whether what was cut off ran again in time: 95 of 100 within one and a half leases.
	 * @param lease the nodes' lease
	 * @return whether it did; true if nothing had to recover
	 */
	public boolean isRecoveredWithin(Duration lease) {
		Duration recovery = recovery(95);
		return recovery == null || recovery.compareTo(lease.multipliedBy(3).dividedBy(2)) <= 0;
	}

	Figures withRecoveries(List<Long> more) {
		List<Long> all = new ArrayList<>(this.recoveries);
		all.addAll(more);
		all.sort(Comparator.naturalOrder());
		return new Figures(this.calls, this.committed, this.unknown, this.runs, this.lost, this.ghosts, this.explained,
				this.unexplained, this.overlappingOutcomes, this.overlappingBodies, this.stale, this.stuck, all);
	}

	@Override
	public String toString() {
		return "LOST=" + this.lost + " GHOST=" + this.ghosts + " DUP=" + this.explained + "+" + this.unexplained
				+ " OVERLAP_OUTCOME=" + this.overlappingOutcomes + " OVERLAP_BODY=" + this.overlappingBodies
				+ " STALE_REJECTED=" + this.stale + " STUCK=" + this.stuck + " RECOVERY=" + recovery(50) + "/"
				+ recovery(95) + " of " + this.calls + " calls, " + this.committed + " committed, " + this.runs
				+ " runs";
	}

}
