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

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The annotated {@link BackgroundJob} method is enqueued by itself, again and again: one
 * job for each fire time, over all nodes. The method takes no argument, except perhaps a
 * {@link JobContext}.
 * <p>
 * The schedule has the name of the job. What {@code aftercommit.recurring.<name>} sets
 * takes the place of what is set here; {@code enabled: false} turns it off.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface RecurringJob {

	/**
	 * Fire times as a cron expression of Spring, with six fields that begin with the
	 * seconds, or a macro such as {@code @daily}. Either this or {@link #every()}.
	 * @return the expression, or an empty text
	 * @see org.springframework.scheduling.support.CronExpression
	 */
	String cron() default "";

	/**
	 * Time between two fire times, such as {@code 10m} or {@code PT10M}, from 1 second to
	 * 365 days. Fire times are its multiples, counted from the beginning of 1970 in UTC
	 * on the store's clock: {@code 10m} fires at every full ten minutes.
	 * @return the time, or an empty text
	 */
	String every() default "";

	/**
	 * Time zone of {@link #cron()}, such as {@code Europe/Berlin}.
	 * @return the zone
	 */
	String zone() default "UTC";

	/**
	 * What becomes of fire times that nobody was there for.
	 * @return what to do about them
	 */
	MissedRuns missed() default MissedRuns.RUN_ONCE;

	/**
	 * The most jobs for missed fire times with {@link MissedRuns#CATCH_UP}.
	 * @return the number, 1 to 1000
	 */
	int maxCatchUp() default 100;

}
