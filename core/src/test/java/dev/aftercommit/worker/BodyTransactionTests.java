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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.mockito.InOrder;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.SimpleTransactionStatus;

import dev.aftercommit.JobLeaveError;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.LeaseLostException;
import dev.aftercommit.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

/**
 * One transaction of a body and its completion, step by step.
 */
class BodyTransactionTests {

	private static final Outcome.Succeeded RESULT = new Outcome.Succeeded("result");

	private final PlatformTransactionManager transactions = mock(PlatformTransactionManager.class);

	private final JobLeases leases = mock(JobLeases.class);

	private final SimpleTransactionStatus status = spy(new SimpleTransactionStatus());

	private final Attempt attempt = new Attempts().next("pay");

	private final BodyTransaction transaction = new BodyTransaction(this.transactions, this.leases, this.attempt);

	@BeforeEach
	void begin() {
		given(this.transactions.getTransaction(any())).willReturn(this.status);
		assertThat(this.attempt.begin(null)).isTrue();
	}

	@AfterEach
	void noInterruptIsLeft() {
		this.attempt.end();
	}

	@Test
	void theFenceIsWrittenAfterTheFlushAndBeforeTheCommit() throws Throwable {
		this.transaction.run(() -> RESULT);
		InOrder order = inOrder(this.transactions, this.status, this.leases);
		ArgumentCaptor<TransactionDefinition> definition = ArgumentCaptor.forClass(TransactionDefinition.class);
		order.verify(this.transactions).getTransaction(definition.capture());
		order.verify(this.status).flush();
		order.verify(this.leases).completeInTransaction(this.attempt.job(), RESULT);
		order.verify(this.transactions).commit(this.status);
		assertThat(definition.getValue().getPropagationBehavior())
			.isEqualTo(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		assertThat(definition.getValue().getName()).isEqualTo("pay");
		assertThat(this.status.isRollbackOnly()).isFalse();
		assertThat(this.transaction.committed()).isSameAs(RESULT);
		assertThat(this.transaction.isInDoubt()).isFalse();
		assertThat(this.transaction.isStale()).isFalse();
	}

	@Test
	void aBodyThatFailsRollsBackAndWritesNoFence() {
		IllegalStateException failure = new IllegalStateException("planted");
		assertThat(catchThrowable(() -> this.transaction.run(() -> {
			throw failure;
		}))).isSameAs(failure).hasNoSuppressedExceptions();
		assertThat(this.status.isRollbackOnly()).isTrue();
		verify(this.leases, never()).completeInTransaction(any(), any());
		assertRolledBack();
		assertThat(this.transaction.isStale()).isFalse();
	}

	@Test
	void aFlushThatFailsIsTheBodysFailure() {
		IllegalStateException failure = new IllegalStateException("planted: constraint");
		willThrow(failure).given(this.status).flush();
		assertThat(catchThrowable(() -> this.transaction.run(() -> RESULT))).isSameAs(failure);
		verify(this.leases, never()).completeInTransaction(any(), any());
		assertRolledBack();
	}

	@Test
	void aLostLeaseRollsTheEffectsBack() {
		LeaseLostException lost = new LeaseLostException(this.attempt.job());
		willThrow(lost).given(this.leases).completeInTransaction(any(), any());
		assertThat(catchThrowable(() -> this.transaction.run(() -> RESULT))).isSameAs(lost);
		assertThat(this.status.isRollbackOnly()).isTrue();
		assertRolledBack();
		assertThat(this.transaction.isStale()).isTrue();
	}

	@Test
	void aBodyThatReturnsAfterItWasInterruptedIsRolledBack() {
		assertThat(catchThrowable(() -> this.transaction.run(() -> {
			this.attempt.interrupt(Interruption.STOPPING);
			return RESULT;
		}))).isInstanceOf(JobLeaveError.class).hasMessageContaining("STOPPING");
		verify(this.leases, never()).completeInTransaction(any(), any());
		assertRolledBack();
	}

	@Test
	void aCommitThatFailsAfterTheFenceLeavesTheMatterInDoubt() {
		TransactionSystemException failure = new TransactionSystemException("planted: no answer");
		willThrow(failure).given(this.transactions).commit(this.status);
		assertThat(catchThrowable(() -> this.transaction.run(() -> RESULT))).isSameAs(failure);
		assertThat(this.transaction.committed()).isNull();
		assertThat(this.transaction.isInDoubt()).isTrue();
		assertThat(this.transaction.isStale()).isFalse();
	}

	@Test
	void aRollbackThatFailsDoesNotHideTheBodysFailure() {
		IllegalStateException failure = new IllegalStateException("planted");
		TransactionSystemException rollback = new TransactionSystemException("planted: no rollback");
		willThrow(rollback).given(this.transactions).commit(this.status);
		assertThat(catchThrowable(() -> this.transaction.run(() -> {
			throw failure;
		}))).isSameAs(failure).hasSuppressedException(rollback);
		assertRolledBack();
	}

	private void assertRolledBack() {
		assertThat(this.transaction.committed()).isNull();
		assertThat(this.transaction.isInDoubt()).isFalse();
	}

}
