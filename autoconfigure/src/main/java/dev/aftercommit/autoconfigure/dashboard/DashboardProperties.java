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

import java.util.regex.Pattern;

import dev.aftercommit.autoconfigure.SettingException;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the pages for operators.
 *
 * @param enabled Whether there are any.
 * @param path Where they are, below the application's own path.
 * @param insecure Whether they may be there without Spring Security, open to everybody.
 * @param viewAuthority Authority of those who may look.
 * @param operateAuthority Authority of those who may look and act.
 */
@ConfigurationProperties("aftercommit.dashboard")
record DashboardProperties(@DefaultValue("false") boolean enabled, @DefaultValue("/background-jobs") String path,
		@DefaultValue("false") boolean insecure, @DefaultValue("ROLE_JOBS_VIEW") String viewAuthority,
		@DefaultValue("ROLE_JOBS_OPERATE") String operateAuthority) {

	private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

	DashboardProperties {
		SettingException.unless(PATH.matcher(path).matches(), "aftercommit.dashboard.path", path,
				"must begin with a slash, not end with one, and have only letters, digits, '-', '.', '_' and '~'"
						+ " between slashes",
				"Set it to a path such as /background-jobs.");
		SettingException.unless(!viewAuthority.isBlank(), "aftercommit.dashboard.view-authority", viewAuthority,
				"must be the name of an authority", "Set it to one such as ROLE_JOBS_VIEW.");
		SettingException.unless(!operateAuthority.isBlank(), "aftercommit.dashboard.operate-authority",
				operateAuthority, "must be the name of an authority", "Set it to one such as ROLE_JOBS_OPERATE.");
	}

}
