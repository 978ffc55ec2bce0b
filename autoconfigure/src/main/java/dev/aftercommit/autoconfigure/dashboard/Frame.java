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

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.aftercommit.autoconfigure.dashboard.View.Watch;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * What is the same around all pages: head, navigation, who is there, and the rules for
 * the browser. Links are relative, so that pages work behind any proxy, whatever prefix
 * it adds.
 */
final class Frame {

	private static final String POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
			+ " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

	private static final List<Tab> TABS = List.of(new Tab("", "Overview", false), new Tab("/jobs", "Jobs", false),
			new Tab("/failures", "Failures", false), new Tab("/queues", "Queues", false),
			new Tab("/recurring", "Recurring", false), new Tab("/nodes", "Nodes", false),
			new Tab("/audit", "Audit", false));

	private final Templates templates = new Templates();

	private final Token token;

	private final SecurityTokens securityTokens;

	private final String path;

	private final Clock clock;

	/**
	 * Create a frame.
	 * @param token proof for orders
	 * @param securityTokens what the application's security wants in forms
	 * @param path where the pages are, below the application's own path
	 * @param clock of this node
	 */
	Frame(Token token, SecurityTokens securityTokens, String path, Clock clock) {
		this.token = token;
		this.securityTokens = securityTokens;
		this.path = path;
		this.clock = clock;
	}

	/**
	 * Make a page text.
	 * @param view the page
	 * @param request what was asked for
	 * @param visitor who asked
	 * @return the answer
	 */
	ServerResponse show(View view, ServerRequest request, Visitor visitor) {
		String proof = this.token.of(request).orElseGet(this.token::create);
		Shell shell = shell(view, request, visitor, proof);
		String body = this.templates.render(view.template(), view.content(), shell);
		String page = this.templates.render("frame", Map.of("body", body), shell);
		return ServerResponse.status(view.status())
			.contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
			.headers((headers) -> {
				headers.set("Content-Security-Policy", POLICY);
				headers.set("X-Content-Type-Options", "nosniff");
				headers.set("X-Frame-Options", "DENY");
				headers.set("Referrer-Policy", "same-origin");
				headers.set("Cache-Control", "no-store");
				headers.set("Set-Cookie", this.token.cookie(proof, request.servletRequest().isSecure()).toString());
			})
			.body(page);
	}

	/**
	 * Send the browser on after an order, to a page that says what became of it.
	 * @param request the order
	 * @param target where to, from the first page on: such as {@code jobs?did=retry}
	 * @return the answer
	 */
	ServerResponse redirect(ServerRequest request, String target) {
		return ServerResponse.status(HttpStatus.SEE_OTHER)
			.location(URI.create(root(request) + "/" + target))
			.header("Cache-Control", "no-store")
			.build();
	}

	private Shell shell(View view, ServerRequest request, Visitor visitor, String proof) {
		List<Field> tokens = new ArrayList<>();
		tokens.add(new Field(Token.PARAMETER, proof));
		tokens.addAll(this.securityTokens.of(request));
		Watch watch = view.watch();
		return new Shell(root(request), view.title(), tabs(request), visitor, visitor.operates(), tokens,
				Notice.of(request), watch.query(), watch.stamp(), this.clock.millis());
	}

	private List<Tab> tabs(ServerRequest request) {
		String current = below(request);
		return TABS.stream().map((tab) -> tab.seenFrom(current)).toList();
	}

	private String below(ServerRequest request) {
		return request.requestPath().pathWithinApplication().value().substring(this.path.length());
	}

	/** From a page to the first one, without its own slash. */
	private String root(ServerRequest request) {
		long depth = below(request).chars().filter((each) -> each == '/').count();
		if (depth == 0) {
			return this.path.substring(this.path.lastIndexOf('/') + 1);
		}
		return (depth == 1) ? "." : "..".concat("/..".repeat((int) depth - 2));
	}

	/**
	 * What all templates can show.
	 *
	 * @param root relative address of the first page
	 * @param title title of the page
	 * @param tabs the navigation
	 * @param visitor who is there
	 * @param acts whether orders are taken
	 * @param tokens what forms send along
	 * @param notice what became of an order, if the page comes after one
	 * @param watch what is watched for the page
	 * @param stamp how that was when the page was made
	 * @param now when that was, in milliseconds
	 */
	record Shell(String root, String title, List<Tab> tabs, Visitor visitor, boolean acts, List<Field> tokens,
			@Nullable Notice notice, String watch, String stamp, long now) {

	}

	/**
	 * A page in the navigation.
	 *
	 * @param path its address from the first page on
	 * @param label its name
	 * @param current whether it is shown
	 */
	record Tab(String path, String label, boolean current) {

		Tab seenFrom(String page) {
			boolean here = page.equals(this.path) || page.startsWith(this.path + "/");
			return new Tab(this.path, this.label, this.path.isEmpty() ? page.length() <= 1 : here);
		}

	}

	/**
	 * A field of a form that is not seen.
	 *
	 * @param name its name
	 * @param value its value
	 */
	record Field(String name, String value) {

	}

}
