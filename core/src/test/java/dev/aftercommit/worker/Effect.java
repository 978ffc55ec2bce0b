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

import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/**
 * What a body did. Its id is given, so that the row is written when the session is
 * flushed.
 */
@Entity
@Table(name = "effect")
class Effect {

	@Id
	String id = UUID.randomUUID().toString();

	@Column(name = "job_id")
	@Nullable String jobId;

	@Column(name = "unique_key", unique = true)
	@Nullable String uniqueKey;

	protected Effect() {
	}

	Effect(String jobId, @Nullable String uniqueKey) {
		this.jobId = jobId;
		this.uniqueKey = uniqueKey;
	}

}
