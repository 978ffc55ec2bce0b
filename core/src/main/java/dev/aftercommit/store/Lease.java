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

/**
 * The right to run one attempt of a job. The pair is the fencing token: no two leases of
 * one job are ever equal, so an outcome is accepted only from whoever holds the present
 * one.
 *
 * @param node the node that holds it, as given by {@link Nodes#register}
 * @param token number that the node gave to this claim, growing, never used twice by one
 * node
 */
public record Lease(long node, long token) {

}
