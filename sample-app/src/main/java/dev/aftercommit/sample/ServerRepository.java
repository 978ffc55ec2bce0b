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

package dev.aftercommit.sample;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.persistence.LockModeType;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

/**
 * The servers, in the application's database.
 */
interface ServerRepository extends JpaRepository<Server, Long> {

	List<Server> findAllByOrderById();

	List<Server> findTop100ByOrderByIdDesc();

	/**
	 * A server that nobody else changes until the transaction ends: requests and jobs
	 * come to the same server at the same time, and wait for each other.
	 */
	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@Query("select s from Server s where s.id = :id")
	Optional<Server> lockById(long id);

	@Modifying
	@Query("delete from Server s where s.state = TERMINATED and s.terminatedAt <= :before")
	int deleteTerminated(Instant before);

}
