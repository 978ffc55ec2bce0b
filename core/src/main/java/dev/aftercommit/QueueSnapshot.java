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
package dev.aftercommit;

import java.time.Duration;

/**
 * A queue in which something waits or runs, or that is paused.
 *
 * @param queue its name
 * @param waiting how many jobs wait for a worker, counted up to 10,000
 * @param exact whether there are no more than that
 * @param oldest how long the one at the head has waited since it was due, on the store's
 * clock; zero if none waits
 * @param running how many of its jobs run, counted up to 10,000 of all queues
 * @param paused whether it is paused
 */
public record QueueSnapshot(String queue, long waiting, boolean exact, Duration oldest, long running, boolean paused) {

}
