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

package dev.aftercommit.worker;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.PlatformTransactionManager;

import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.serialization.JobSerializer;

/**
 * What the application gives to its workers.
 *
 * @param handlers the handlers it has
 * @param serializer reads arguments and writes results
 * @param listeners who is told
 * @param interceptors who acts around bodies
 * @param events publishes events to it, if it wants any
 * @param transactionManager begins transactions of the store's resource, if it is known
 */
record Jobs(HandlerRegistry handlers, JobSerializer serializer, Listeners listeners, Interceptors interceptors,
		@Nullable ApplicationEventPublisher events, @Nullable PlatformTransactionManager transactionManager) {

}
