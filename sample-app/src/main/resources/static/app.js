const STATES = ["REQUESTED", "BOOTING", "RUNNING"];
const WORDS = { REQUESTED: "was requested", BOOTING: "is booting", RUNNING: "is running" };
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
    STATES.slice(from, STATES.indexOf(news.state) + 1).forEach((state) => log(`${news.name} ${WORDS[state]}`));
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
  return row;
}

function fill(row, server) {
  row.dataset.state = server.state;
  part(row, "state").textContent = server.state;
  if (server.job) {
    part(row, "job").hidden = false;
    part(row, "job-link").textContent = `…${server.job.slice(-8)}`;
    part(row, "job-link").title = server.job;
    part(row, "job-link").href = `actuator/backgroundjobs/${server.job}`;
    part(row, "job-state").textContent = server.jobText ?? "";
  }
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
  let first = true;
  stream.addEventListener("open", () => {
    first = true;
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
  stream.addEventListener("error", () => {
    connection("waiting", "reconnecting");
    if (stream.readyState === EventSource.CLOSED) {
      setTimeout(watch, 2000);
    }
  });
}

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
    const answer = await send("servers", body);
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

async function send(path, body) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: body ? { "Content-Type": "application/json", Accept: "application/json, application/problem+json" } : {},
      body: body ? JSON.stringify(body) : undefined
    });
    const json = await response.json();
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
    const answer = await send(`race?runs=${encodeURIComponent(event.target.elements.runs.value.trim())}`);
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

/** Asks the actuator for the totals, and for the jobs that are shown and have not ended. One round at a time. */
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
  return [...servers.values()].filter((server) => server.job && !ENDED.has(server.jobState) && !server.jobUnknown
    && document.querySelector(`.server[data-id="${server.id}"]`));
}

async function refreshOnce() {
  const report = await get("actuator/backgroundjobs");
  if (report) {
    totals(report.totals);
  }
  for (const server of open().slice(0, 20)) {
    const job = await get(`actuator/backgroundjobs/${server.job}`);
    const known = servers.get(server.id);
    if (job && known) {
      known.jobState = job.state;
      known.jobText = job.attempts > 1 ? `${job.state}, attempt ${job.attempts}` : job.state;
    }
    else if (known) {
      known.jobUnknown = true;
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
  $("totals").replaceChildren(...Object.entries(counts).map(([state, { value, exact }]) => {
    const term = document.createElement("dt");
    term.textContent = state;
    const number = document.createElement("dd");
    number.textContent = exact ? value : `${value}+`;
    const tile = document.createElement("div");
    tile.dataset.zero = String(value === 0);
    tile.append(term, number);
    return tile;
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
