const STATES = ["REQUESTED", "BOOTING", "RUNNING", "TERMINATING", "TERMINATED"];
const WORDS = {
  REQUESTED: "was requested", BOOTING: "is booting", RUNNING: "is running",
  TERMINATING: "is to be terminated", TERMINATED: "was terminated"
};
/** What may be passed over on the way to an end. */
const SKIPPABLE = new Set(["BOOTING", "RUNNING"]);
const MOVING = new Set(["REQUESTED", "BOOTING", "TERMINATING"]);
const ENDED = new Set(["SUCCEEDED", "CANCELLED", "DEAD"]);
const SHOWN = 4;

const $ = (id) => document.getElementById(id);
const part = (element, name) => element.querySelector(`[data-part="${name}"]`);
const servers = new Map();
let showAll = false;

// --- Servers ---------------------------------------------------------------------------------------------------------

/** Takes a server in, unless the page knows a later version of it already. */
function take(news, silent = false) {
  const known = servers.get(news.id);
  if (known && (known.version >= news.version)) {
    return;
  }
  if (!silent) {
    // A quick change may have been overtaken by the next: a server that boots was requested before.
    const from = known ? STATES.indexOf(known.state) + 1 : 0;
    const passed = STATES.slice(from, STATES.indexOf(news.state) + 1);
    const ends = passed.includes("TERMINATING") || passed.includes("TERMINATED");
    passed.filter((state) => !ends || !SKIPPABLE.has(state)).forEach((state) => log(`${news.name} ${WORDS[state]}`));
  }
  servers.set(news.id, { ...known, ...news });
}

function render() {
  const newest = [...servers.values()].sort((a, b) => b.id - a.id);
  const shown = showAll ? newest : newest.slice(0, SHOWN);
  const list = $("server-list");
  const rows = new Map([...list.children].map((row) => [Number(row.dataset.id), row]));
  const wanted = new Set(shown.map((server) => server.id));
  rows.forEach((row, id) => wanted.has(id) || row.remove());
  let place = list.firstElementChild;
  for (const server of shown) {
    const row = rows.get(server.id) ?? newRow(server);
    fill(row, server);
    if (row === place) {
      place = place.nextElementSibling;
    }
    else {
      list.insertBefore(row, place);
    }
  }
  $("no-servers").hidden = newest.length > 0;
  $("more").hidden = newest.length <= SHOWN;
  $("more").textContent = showAll ? `Show the newest ${SHOWN}` : `Show all ${newest.length}`;
}

function newRow(server) {
  const row = $("server").content.firstElementChild.cloneNode(true);
  row.dataset.id = server.id;
  part(row, "name").textContent = server.name;
  part(row, "account").textContent = `account ${server.account}`;
  part(row, "progress").setAttribute("aria-label", `Boot of ${server.name}`);
  part(row, "jobs").id = `jobs-${server.id}`;
  part(row, "jobs").setAttribute("aria-label", `Jobs of ${server.name}`);
  part(row, "show-jobs").setAttribute("aria-controls", `jobs-${server.id}`);
  part(row, "show-jobs").setAttribute("aria-label", `Jobs of ${server.name}`);
  part(row, "show-jobs").addEventListener("click", () => showJobs(row, server.id));
  part(row, "terminate").setAttribute("aria-label", `Terminate ${server.name}`);
  part(row, "terminate").addEventListener("click", () => terminate(row, server.id));
  return row;
}

function fill(row, server) {
  row.dataset.state = server.state;
  part(row, "state").textContent = server.state;
  const job = server.jobs?.[0] ?? (server.job && { id: server.job });
  if (job) {
    part(row, "job").hidden = false;
    part(row, "job-name").textContent = job.name ?? "job";
    link(part(row, "job-link"), job.id);
    part(row, "job-state").textContent = attempted(job);
  }
  const boot = server.jobs?.find((one) => one.name === "server.boot");
  const booting = server.state === "BOOTING" && boot?.progress;
  const bar = part(row, "progress");
  bar.max = boot?.progress?.total || 1;
  bar.value = server.state === "RUNNING" ? bar.max : booting ? booting.done : 0;
  part(row, "job-progress").textContent = booting
    ? `${booting.done} of ${booting.total}: ${boot.log.at(-1) ?? ""}` : "";
  offerTermination(part(row, "terminate"), server);
  fillJobs(part(row, "jobs"), server.jobs ?? []);
}

/** Whether the job that is to bring the server on has ended without doing so. */
function isGivenUp(server) {
  const latest = server.jobs?.[0];
  return ["DEAD", "CANCELLED"].includes(latest?.state)
    && (server.state !== "TERMINATING" || latest.name === "server.terminate");
}

/** Terminating is asked for once, and again where its job was given up. */
function offerTermination(button, server) {
  const hide = server.state === "TERMINATED" || (server.state === "TERMINATING" && !isGivenUp(server));
  if (hide && document.activeElement === button) {
    part(button.parentElement, "show-jobs").focus();
  }
  button.hidden = hide;
}

function link(anchor, job) {
  if (anchor.title !== job) {
    anchor.textContent = `…${job.slice(-8)}`;
    anchor.title = job;
    anchor.href = `actuator/backgroundjobs/${job}`;
  }
}

function attempted(job) {
  return job.attempts > 1 ? `${job.state}, attempt ${job.attempts}` : job.state ?? "";
}

async function terminate(row, id) {
  const button = part(row, "terminate");
  if (button.getAttribute("aria-disabled") === "true") {
    return;
  }
  // Not "disabled": it would lose the focus.
  button.setAttribute("aria-disabled", "true");
  const answer = await send("DELETE", `servers/${id}`);
  button.removeAttribute("aria-disabled");
  if (answer.problem) {
    log(`${servers.get(id)?.name ?? "The server"} could not be terminated: ${answer.problem.detail}`);
  }
  refreshJobs();
}

function log(text) {
  const now = new Date();
  const time = document.createElement("time");
  time.dateTime = now.toISOString();
  time.textContent = now.toLocaleTimeString("en-GB");
  const what = document.createElement("span");
  what.textContent = text;
  const line = document.createElement("li");
  line.append(time, what);
  $("log").prepend(line);
  while ($("log").children.length > 200) {
    $("log").lastElementChild.remove();
  }
  $("log-empty").hidden = true;
}

// --- The stream of changes -------------------------------------------------------------------------------------------

function watch() {
  const stream = new EventSource("servers/events");
  // A page that the browser keeps for the way back keeps its connection, too, of which there are six.
  addEventListener("pagehide", () => stream.close(), { once: true });
  let first = true;
  stream.addEventListener("open", () => {
    first = true;
    servers.forEach((server) => { server.asked = null; });
    connection("live", "live");
  });
  stream.addEventListener("servers", (event) => {
    const news = JSON.parse(event.data);
    const opening = servers.size === 0 && first;
    if (first) {
      // All there is: what isn't in it has gone, for instance with the database of an earlier start.
      const ids = new Set(news.map((server) => server.id));
      [...servers.keys()].filter((id) => !ids.has(id)).forEach((id) => servers.delete(id));
      first = false;
    }
    news.sort((a, b) => a.id - b.id).forEach((server) => take(server, opening));
    render();
    refreshJobs();
  });
  stream.addEventListener("gone", (event) => {
    JSON.parse(event.data).forEach((id) => servers.delete(id));
    render();
  });
  stream.addEventListener("error", () => {
    connection("waiting", "reconnecting");
    if (stream.readyState === EventSource.CLOSED) {
      setTimeout(watch, 2000);
    }
  });
}

addEventListener("pageshow", (event) => {
  if (event.persisted) {
    watch();
  }
});

function connection(state, text) {
  if ($("connection").dataset.state !== state || $("connection").textContent !== text) {
    $("connection").dataset.state = state;
    $("connection").textContent = text;
  }
}

// --- Creating a server -----------------------------------------------------------------------------------------------

$("create").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const account = form.elements.account.value.trim();
  const isNumber = /^-?\d+$/.test(account) && Number.isSafeInteger(Number(account));
  const body = { name: form.elements.name.value, account: isNumber ? Number(account) : account || null };
  complain("create", null);
  await busy(form, async () => {
    const answer = await send("POST", "servers", body);
    if (answer.problem) {
      complain("create", answer.problem);
      return;
    }
    take({ ...answer.body, version: -1 });
    render();
    form.elements.name.value = following(body.name);
    form.elements.name.select();
  });
});

/** "web-7" after "web-6". */
function following(name) {
  return name.replace(/\d+$/, (digits) => String(Number(digits) + 1));
}

async function send(method, path, body) {
  try {
    const response = await fetch(path, {
      method,
      headers: body ? { "Content-Type": "application/json", Accept: "application/json, application/problem+json" } : {},
      body: body ? JSON.stringify(body) : undefined
    });
    const json = response.status === 204 ? null : await response.json();
    return response.ok ? { body: json } : { problem: json };
  }
  catch {
    return { problem: { detail: "The application doesn't answer. Is it running?" } };
  }
}

async function busy(form, work) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await work();
  }
  finally {
    button.disabled = false;
  }
}

/** Shows a problem detail: beside the fields that it names, else below the form. */
function complain(form, problem) {
  const fields = [...$(form).querySelectorAll("input")];
  const errors = problem?.errors ?? [];
  let placed = 0;
  for (const input of fields) {
    const messages = errors.filter((error) => error.field === input.name).map((error) => error.message);
    const line = $(`${input.name}-error`);
    input.setAttribute("aria-invalid", String(messages.length > 0));
    if (line) {
      line.textContent = messages.join("; ");
      line.hidden = messages.length === 0;
      placed += messages.length;
    }
  }
  const rest = $(`${form}-error`);
  rest.textContent = problem && placed === 0 ? problem.detail ?? problem.title ?? "That didn't work." : "";
  rest.hidden = rest.textContent === "";
  fields.find((input) => input.getAttribute("aria-invalid") === "true")?.focus();
}

// --- The race --------------------------------------------------------------------------------------------------------

$("race").addEventListener("submit", async (event) => {
  event.preventDefault();
  complain("race", null);
  $("race-summary").textContent = "";
  $("race-result").setAttribute("aria-busy", "true");
  await busy(event.target, async () => {
    const answer = await send("POST", `race?runs=${encodeURIComponent(event.target.elements.runs.value.trim())}`);
    if (answer.problem) {
      complain("race", answer.problem);
      return;
    }
    const { async, backgroundJob } = answer.body;
    column("async", async);
    column("backgroundJob", backgroundJob);
    $("race-summary").textContent = `Of ${async.runs} requests each, @Async missed ${async.notFound}`
      + ` and @BackgroundJob missed ${backgroundJob.notFound}.`;
  });
  $("race-result").setAttribute("aria-busy", "false");
  refreshJobs();
});

function column(id, { runs, found, notFound }) {
  const element = $(id);
  element.dataset.verdict = notFound > 0 ? "bad" : "good";
  part(element, "notFound").textContent = notFound;
  part(element, "found").textContent = `${found} of ${runs}`;
  part(element, "bar").style.width = `${100 * notFound / runs}%`;
}

// --- The jobs --------------------------------------------------------------------------------------------------------

let refreshing = false;
let again = false;

/** Asks for the totals, and for the jobs of servers that are shown and have news. One round at a time. */
async function refreshJobs() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  try {
    do {
      again = false;
      await refreshOnce();
      await new Promise((resolve) => setTimeout(resolve, 500));
    } while (again || open().length > 0);
  }
  finally {
    refreshing = false;
  }
}

function open() {
  return [...servers.values()].filter((server) => hasNews(server)
    && document.querySelector(`.server[data-id="${server.id}"]`));
}

/** Whether there may be more to know of a server's jobs. A job is in the list a moment after its transaction. */
function hasNews(server) {
  if (server.asked !== server.version) {
    return true;
  }
  return !server.unanswered && (server.jobs.some((job) => !ENDED.has(job.state))
    || (MOVING.has(server.state) && !isGivenUp(server)));
}

async function refreshOnce() {
  const counts = await get("jobs/totals");
  if (counts) {
    totals(counts);
  }
  for (const server of open().slice(0, 20)) {
    const { version } = server;
    const jobs = await get(`servers/${server.id}/jobs`);
    const known = servers.get(server.id);
    if (known) {
      known.jobs = jobs ?? known.jobs ?? [];
      known.asked = version;
      known.unanswered = !jobs;
    }
  }
  render();
}

async function get(path) {
  try {
    const response = await fetch(path, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : null;
  }
  catch {
    return null;
  }
}

function totals(counts) {
  $("totals").replaceChildren(...Object.entries(counts).map(([state, { count, exact }]) => {
    const term = document.createElement("dt");
    term.textContent = state;
    const number = document.createElement("dd");
    number.textContent = exact ? count : `${count}+`;
    const tile = document.createElement("div");
    tile.dataset.zero = String(count === 0);
    tile.append(term, number);
    return tile;
  }));
}

// --- The jobs of a server --------------------------------------------------------------------------------------------

function showJobs(row, id) {
  const button = part(row, "show-jobs");
  const show = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(show));
  part(row, "jobs").hidden = !show;
  const server = servers.get(id);
  if (show && server) {
    server.asked = null;
    refreshJobs();
  }
}

/** Changes what has changed, so that nobody loses the line that they read. */
function fillJobs(list, jobs) {
  const articles = new Map([...list.children].map((article) => [article.dataset.id, article]));
  const wanted = new Set(jobs.map((job) => job.id));
  articles.forEach((article, id) => wanted.has(id) || article.remove());
  let place = list.firstElementChild;
  for (const job of jobs) {
    const article = articles.get(job.id) ?? $("job").content.firstElementChild.cloneNode(true);
    fillJob(article, job);
    if (article === place) {
      place = place.nextElementSibling;
    }
    else {
      list.insertBefore(article, place);
    }
  }
}

function fillJob(article, job) {
  const text = JSON.stringify(job);
  if (article.dataset.text === text) {
    return;
  }
  article.dataset.text = text;
  article.dataset.id = job.id;
  article.dataset.state = job.state;
  part(article, "name").textContent = job.name;
  part(article, "state").textContent = job.state;
  link(part(article, "link"), job.id);
  part(article, "about").textContent = [
    job.attempts === 1 ? "1 attempt" : `${job.attempts} attempts`,
    job.progress ? `${job.progress.done} of ${job.progress.total} done` : ""
  ].filter(Boolean).join(", ");
  part(article, "log").replaceChildren(...job.log.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
}

$("more").addEventListener("click", () => {
  showAll = !showAll;
  render();
  refreshJobs();
});
$("name").value = "web-1";
render();
refreshJobs();
watch();
