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

import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

import dev.aftercommit.JobStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * All addresses of the pages, each behind the door. Orders are taken by POST alone, from
 * who may give them, and only if they prove that they come from one of the pages.
 */
final class Dashboard {

	private static final Logger logger = LoggerFactory.getLogger(Dashboard.class);

	private static final String VISITOR = Dashboard.class.getName() + ".VISITOR";

	private static final Visitor NOBODY = new Visitor("", false, false);

	private final Door door;

	private final Frame frame;

	private final Token token;

	private final Orders orders;

	private final Live live;

	/**
	 * Create it.
	 * @param door who may come in
	 * @param frame what is around all pages
	 * @param token proof for orders
	 * @param orders carries them out
	 * @param live tells open pages what is new
	 */
	Dashboard(Door door, Frame frame, Token token, Orders orders, Live live) {
		this.door = door;
		this.frame = frame;
		this.token = token;
		this.orders = orders;
		this.live = live;
	}

	/**
	 * The addresses.
	 * @param path where the pages are
	 * @param pages the pages, by their addresses from there on
	 * @return routes
	 */
	RouterFunction<ServerResponse> routes(String path, Map<String, Page> pages) {
		RouterFunctions.Builder routes = RouterFunctions.route();
		pages.forEach((address, page) -> routes.GET(path + address, show(page)));
		routes.GET(path + "/live", this.live::open);
		routes.GET(path + "/assets/{name}", Assets::serve);
		routes.POST(path + "/jobs/{id}", order(this.orders::job));
		routes.POST(path + "/orders", order(this.orders::jobs));
		for (Orders.Target target : Orders.Target.values()) {
			routes.POST(path + "/" + target.page(),
					order((request, visitor) -> this.orders.other(request, visitor, target)));
		}
		return routes.filter(this::guard).build();
	}

	private ServerResponse guard(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
		Optional<Visitor> visitor = this.door.enter(request);
		if (visitor.isEmpty()) {
			return ServerResponse.status(HttpStatus.FORBIDDEN).build();
		}
		request.attributes().put(VISITOR, visitor.get());
		return answer(request, next);
	}

	private ServerResponse answer(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
		try {
			return next.handle(request);
		}
		catch (NoSuchPageException ex) {
			return problem(request, HttpStatus.NOT_FOUND, "Not there", ex.getMessage());
		}
		catch (RefusedException ex) {
			return problem(request, HttpStatus.CONFLICT, "Not done", ex.getMessage());
		}
		catch (IllegalArgumentException ex) {
			return problem(request, HttpStatus.BAD_REQUEST, "That makes no sense", ex.getMessage());
		}
		catch (JobStoreException ex) {
			logger.warn("The store can't answer a page of the dashboard", ex);
			return problem(request, HttpStatus.SERVICE_UNAVAILABLE, "The store can't answer",
					"Jobs are safe as far as they were stored; the log of this node says what is wrong.");
		}
	}

	private ServerResponse problem(ServerRequest request, HttpStatus status, String title, @Nullable String text) {
		return this.frame.show(View.problem(status, title, String.valueOf(text)), request, visitor(request));
	}

	private HandlerFunction<ServerResponse> show(Page page) {
		return (request) -> this.frame.show(page.show(request), request, visitor(request));
	}

	private HandlerFunction<ServerResponse> order(BiFunction<ServerRequest, Visitor, String> order) {
		return (request) -> {
			Visitor visitor = visitor(request);
			if (!visitor.operates()) {
				this.door.refuse(visitor);
				return refused(request, "Orders are taken from operators only.");
			}
			if (!Origin.isSame(request) || !this.token.isProven(request)) {
				return refused(request,
						"This order does not come from a page that was made for this browser. Load the page again.");
			}
			return this.frame.redirect(request, order.apply(request, visitor));
		};
	}

	private ServerResponse refused(ServerRequest request, String why) {
		return problem(request, HttpStatus.FORBIDDEN, "Not done", why);
	}

	private static Visitor visitor(ServerRequest request) {
		return request.attribute(VISITOR).map(Visitor.class::cast).orElse(NOBODY);
	}

}
