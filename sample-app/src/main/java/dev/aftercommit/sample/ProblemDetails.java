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

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.aftercommit.sample.Race.RaceNotFinishedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Answers what went wrong as a problem detail. A request that can't be accepted is told
 * which {@code field} is to blame, in {@code detail} and one by one in {@code errors}.
 */
@RestControllerAdvice
class ProblemDetails extends ResponseEntityExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(ProblemDetails.class);

	@ExceptionHandler
	ProblemDetail handle(NoSuchServerException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, Objects.requireNonNull(ex.getMessage()));
	}

	@ExceptionHandler
	ProblemDetail handle(RaceNotFinishedException ex) {
		log.warn("The race did not finish", ex);
		return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
				Objects.requireNonNull(ex.getMessage()));
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(MethodArgumentNotValidException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return refuse(ex, headers, status, request,
				ex.getFieldErrors()
					.stream()
					.map((error) -> new FieldError(error.getField(), String.valueOf(error.getDefaultMessage())))
					.toList());
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
			HandlerMethodValidationException ex, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return refuse(ex, headers, status, request,
				ex.getParameterValidationResults()
					.stream()
					.flatMap((result) -> result.getResolvableErrors()
						.stream()
						.map((error) -> new FieldError(String.valueOf(result.getMethodParameter().getParameterName()),
								String.valueOf(error.getDefaultMessage()))))
					.toList());
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException ex, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		return refuse(ex, headers, status, request, List.of(new FieldError(String.valueOf(ex.getPropertyName()),
				"must be " + described(ex.getRequiredType()) + ", not '" + ex.getValue() + "'")));
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		if (ex.getCause() instanceof JacksonException cause && !cause.getPath().isEmpty() && isWellFormed(cause)) {
			return refuse(ex, headers, status, request, List.of(new FieldError(path(cause), complaint(cause))));
		}
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, unreadable(ex.getCause()));
		return handleExceptionInternal(ex, problem, headers, status, request);
	}

	private @Nullable ResponseEntity<Object> refuse(Exception ex, HttpHeaders headers, HttpStatusCode status,
			WebRequest request, List<FieldError> errors) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status,
				errors.stream()
					.map((error) -> "'" + error.field() + "' " + error.message())
					.sorted()
					.collect(Collectors.joining("; ")));
		problem.setProperty("errors", errors);
		return handleExceptionInternal(ex, problem, headers, status, request);
	}

	private static String unreadable(@Nullable Throwable cause) {
		if (cause instanceof MismatchedInputException) {
			return "The body must be a JSON object such as {\"name\": \"web-1\", \"account\": 7}";
		}
		if (cause instanceof JacksonException broken && broken.getLocation() != null) {
			return "The body is not valid JSON: see line %d, column %d".formatted(broken.getLocation().getLineNr(),
					broken.getLocation().getColumnNr());
		}
		return "The body is missing or can't be read; it must be JSON";
	}

	private static String path(JacksonException ex) {
		return ex.getPath()
			.stream()
			.map((step) -> String.valueOf(step.getPropertyName()))
			.collect(Collectors.joining("."));
	}

	private static boolean isWellFormed(JacksonException ex) {
		return ex instanceof MismatchedInputException || ex instanceof InputCoercionException;
	}

	private static String complaint(JacksonException ex) {
		if (ex instanceof UnrecognizedPropertyException) {
			return "is not known";
		}
		if (ex instanceof InputCoercionException) {
			return "is too large a number";
		}
		String expected = "must be " + described(((MismatchedInputException) ex).getTargetType());
		return (ex instanceof InvalidFormatException format) ? expected + ", not '" + format.getValue() + "'"
				: expected;
	}

	private static String described(@Nullable Class<?> type) {
		if (type == Long.class || type == long.class || type == int.class) {
			return "a whole number";
		}
		return (type == String.class) ? "a text" : "of another type";
	}

	/**
	 * What is wrong with one field of a request.
	 */
	record FieldError(String field, String message) {

	}

}
