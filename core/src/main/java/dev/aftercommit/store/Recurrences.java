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
import java.util.Map;

import dev.aftercommit.JobStoreException;

/**
 * The store as those see it who fire recurring jobs: for each schedule one definition,
 * and the time up to which it is decided which jobs there are. Every method runs in a
 * short transaction of its own and never joins one of the caller; each can be called
 * again after a {@link JobStoreException}, when what it did is unknown.
 */
public interface Recurrences {

	/**
	 * Say by which definitions this node fires, and learn by which all nodes do. All of
	 * them in one atomic step.
	 * <p>
	 * A schedule that is unknown is written: decided up to now on the store's clock, so
	 * that nothing of the past is fired. One whose definition is the same keeps what is
	 * decided, and is confirmed. One whose definition is another one keeps it, as long as
	 * somebody has confirmed or fired it within {@code silence}; else it is replaced,
	 * decided up to now, and from then on nobody can fire the former one.
	 * @param definitions definitions by the names of their schedules, at least one
	 * @param silence time after which a definition that nobody has confirmed gives way,
	 * on the store's clock; zero replaces others at once
	 * @return what the store has of each of these schedules
	 * @throws JobStoreException if the store can't answer
	 */
	Map<String, Recurrence> agree(Map<String, String> definitions, Duration silence);

	/**
	 * Take one step of a schedule and write its jobs, in a single atomic step: both or
	 * neither. The step is taken if the schedule still has this definition, is not
	 * paused, is decided up to exactly {@code last}, and {@code newLast} is not in the
	 * future of the store's clock. So of many nodes that ask for the same step at the
	 * same moment one is accepted, and one whose answer was lost is not accepted again.
	 * <p>
	 * A job whose id the store already has, in whatever state, is left as it is.
	 * @param request the step
	 * @return whether it was taken, and what the store has now in any case
	 * @throws JobStoreException if the store can't answer; whether the step was taken is
	 * then unknown
	 */
	Firing fire(FireRequest request);

	/**
	 * Let no step of a schedule be taken any more, whatever its definition becomes, until
	 * it is resumed.
	 * @param name name of the schedule
	 * @return whether this has changed anything: {@code false} if it was paused or is
	 * unknown
	 * @throws JobStoreException if the store can't answer
	 */
	boolean pause(String name);

	/**
	 * Let steps of a paused schedule be taken again. It is decided up to now on the
	 * store's clock, so that no fire time of the pause gets a job.
	 * @param name name of the schedule
	 * @return whether this has changed anything: {@code false} if it was not paused
	 * @throws JobStoreException if the store can't answer
	 */
	boolean resume(String name);

	/**
	 * What the store has of all schedules, also of those that nobody fires any more.
	 * @return at most 1000, by their names
	 * @throws JobStoreException if the store can't answer
	 */
	Map<String, Recurrence> all();

}
