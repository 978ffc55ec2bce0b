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

package dev.aftercommit.enqueue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.PostPersist;
import jakarta.persistence.PreUpdate;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import org.jspecify.annotations.Nullable;

/**
 * An entity whose life-cycle callbacks run what the test gives them.
 */
@Entity
@Table(name = "note_entity")
class Note {

	@Id
	@GeneratedValue(strategy = GenerationType.SEQUENCE)
	@Nullable Long id;

	@Column(unique = true, nullable = false)
	@Nullable String text;

	int version;

	@Transient
	@Nullable Runnable onPersist;

	@Transient
	@Nullable Runnable onUpdate;

	protected Note() {
	}

	Note(@Nullable String text) {
		this.text = text;
	}

	@PostPersist
	void persisted() {
		if (this.onPersist != null) {
			this.onPersist.run();
		}
	}

	@PreUpdate
	void updates() {
		if (this.onUpdate != null) {
			this.onUpdate.run();
		}
	}

}
