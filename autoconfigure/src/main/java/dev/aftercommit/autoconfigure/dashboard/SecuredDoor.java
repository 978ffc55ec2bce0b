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

import java.util.Optional;

import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * Lets in whom the application's own security knows, by two authorities. Comes after the
 * application's rules for paths: it holds where those forget the pages, too.
 */
final class SecuredDoor implements Door {

	private final AuthorityAuthorizationManager<Object> viewing;

	private final AuthorityAuthorizationManager<Object> operating;

	/**
	 * Create a door.
	 * @param viewing who may look
	 * @param operating who may act
	 */
	SecuredDoor(AuthorityAuthorizationManager<Object> viewing, AuthorityAuthorizationManager<Object> operating) {
		this.viewing = viewing;
		this.operating = operating;
	}

	/** Without an authentication no filter of Spring Security has seen the request. */
	@Override
	public Optional<Visitor> enter(ServerRequest request) {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		if (authentication == null) {
			return Optional.empty();
		}
		if (!isGranted(this.viewing, authentication)) {
			throw new AccessDeniedException("May not see background jobs");
		}
		return Optional.of(new Visitor(authentication.getName(), isGranted(this.operating, authentication), true));
	}

	@Override
	public void refuse(Visitor visitor) {
		throw new AccessDeniedException("May not give orders about background jobs");
	}

	private static boolean isGranted(AuthorityAuthorizationManager<Object> rule, Authentication authentication) {
		return rule.authorize(() -> authentication, rule).isGranted();
	}

}
