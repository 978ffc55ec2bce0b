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

/**
 * This node's workers have become idle: they have nothing in hand, and their last claim
 * brought nothing. Published as an application event, for those who want to use a quiet
 * moment: once when the workers have started and find nothing to do, and then once after
 * each time that they had something to do.
 * <p>
 * News, no promise: jobs may come before a listener hears it, wait in paused queues or
 * for their time, or run on other nodes. Published on a thread of its own, at most a poll
 * interval late; while listeners take their time no other one is published, and jobs run
 * meanwhile.
 *
 * @param node the node's name
 */
public record WorkersIdleEvent(String node) {

}
