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

package dev.aftercommit.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.info.GitProperties;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * What this node says of itself.
 *
 * @param name host and process
 * @param version the application's version, an empty text if it has none
 */
record NodeIdentity(String name, String version) {

	/**
	 * Find out what there is to say.
	 * @param environment knows the version in the application's manifest
	 * @param build says the version if the application was built with it
	 * @param git says the commit if the application was built with it
	 * @return the identity
	 */
	static NodeIdentity of(Environment environment, @Nullable BuildProperties build, @Nullable GitProperties git) {
		String version = (build != null) ? build.getVersion() : null;
		if (!StringUtils.hasText(version)) {
			version = environment.getProperty("spring.application.version");
		}
		if (!StringUtils.hasText(version) && git != null) {
			version = git.getShortCommitId();
		}
		return new NodeIdentity(host() + ":" + ProcessHandle.current().pid(), (version != null) ? version : "");
	}

	private static String host() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			// The name is for people only: it must not keep the node from starting.
			return "localhost";
		}
	}

}
