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

package dev.aftercommit.autoconfigure.dashboard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

import jakarta.servlet.http.Cookie;

import org.springframework.http.ResponseCookie;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * The pages' own proof that an order comes from one of them: a random text in a cookie
 * and, the same, in each form. Beside the one of Spring Security, so that orders are
 * proven where an application has switched that off, or has none.
 */
final class Token {

	static final String PARAMETER = "token";

	private static final String COOKIE = "AFTERCOMMIT-TOKEN";

	private static final int BYTES = 32;

	private final SecureRandom random = new SecureRandom();

	/**
	 * The token that the browser has already.
	 * @param request what it asks for
	 * @return the token, if it has one
	 */
	Optional<String> of(ServerRequest request) {
		return Optional.ofNullable(request.cookies().getFirst(COOKIE))
			.map(Cookie::getValue)
			.filter((value) -> value.matches("[A-Za-z0-9_-]{43}"));
	}

	String create() {
		byte[] bytes = new byte[BYTES];
		this.random.nextBytes(bytes);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	/** Not sent along by other sites, nor seen by scripts. */
	ResponseCookie cookie(String token, boolean secure) {
		return ResponseCookie.from(COOKIE, token).httpOnly(true).sameSite("Strict").secure(secure).path("/").build();
	}

	/**
	 * Whether a form was made for the browser that sends it.
	 * @param request the form, as it came
	 * @return whether it has the token of its cookie
	 */
	boolean isProven(ServerRequest request) {
		String sent = request.servletRequest().getParameter(PARAMETER);
		return sent != null && of(request).filter((token) -> isSame(token, sent)).isPresent();
	}

	private static boolean isSame(String token, String sent) {
		return MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
	}

}
