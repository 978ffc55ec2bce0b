// Adds life to pages that are whole without it: what changes is changed in place, times go on, keys work.
(() => {
  "use strict";
  const body = document.body;
  const root = body.dataset.root;

  // Times
  const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const span = (seconds) => {
    if (seconds < 1) { return "0 s"; }
    const at = units.findIndex(([size]) => seconds >= size);
    const [size, name] = units[at];
    const large = Math.floor(seconds / size);
    const next = units[at + 1];
    const rest = next ? Math.floor((seconds - large * size) / next[0]) : 0;
    return `${large} ${name}${rest > 0 ? ` ${rest} ${next[1]}` : ""}`;
  };
  // The server's clock wrote the page; the browser's may differ.
  const skew = Date.now() - Number(body.dataset.now);
  const times = () => {
    const now = Date.now() - skew;
    document.querySelectorAll("time[datetime]").forEach((time) => {
      const away = (now - Date.parse(time.dateTime)) / 1000;
      const text = away < 0 ? `in ${span(-away)}` : `${span(away)} ago`;
      if (time.textContent !== text) { time.textContent = text; }
    });
  };
  const local = (within) => within.querySelectorAll(".local[data-time]").forEach((place) => {
    place.textContent = new Date(place.dataset.time).toLocaleString(undefined,
      { weekday: "short", hour: "2-digit", minute: "2-digit", day: "numeric", month: "short", timeZoneName: "short" });
  });

  // What is new, in place
  const busy = (part) => {
    const focus = document.activeElement;
    const selection = getSelection();
    return (focus && focus !== body && part.contains(focus) && focus.matches("input, select, textarea"))
      || (selection && !selection.isCollapsed && part.contains(selection.anchorNode));
  };
  const keepOpen = (from, to) => from.querySelectorAll("details[open][data-keep]").forEach((open) => {
    const same = to.querySelector(`details[data-keep="${CSS.escape(open.dataset.keep)}"]`);
    if (same) { same.open = true; }
  });
  const keepFocus = (part, change) => {
    const focus = document.activeElement;
    const inside = focus && part.contains(focus);
    const places = inside ? [...part.querySelectorAll("a, button, summary")] : [];
    const place = places.indexOf(focus);
    change();
    if (inside && place >= 0) {
      const again = part.querySelectorAll("a, button, summary")[place];
      if (again) { again.focus({ preventScroll: true }); }
    }
  };
  const plain = (part) => { const copy = part.cloneNode(true); copy.querySelectorAll("time").forEach((time) => { time.textContent = ""; });
    copy.querySelectorAll("details").forEach((each) => { each.removeAttribute("open"); });
    copy.querySelectorAll(".local").forEach((each) => { each.textContent = ""; }); return copy.innerHTML; };
  const show = (fresh) => {
    document.querySelectorAll("[data-live]").forEach((part) => {
      const now = fresh.getElementById(part.id);
      if (!now) { return; }
      part.className = now.className;
      part.hidden = now.hidden;
      if (plain(part) !== plain(now) && !busy(part)) {
        keepOpen(part, now);
        keepFocus(part, () => part.replaceChildren(...[...now.childNodes].map((node) => document.importNode(node, true))));
        local(part);
      }
    });
    times();
  };
  let loading = false;
  const refresh = async (stamp) => {
    if (loading) { return; }
    loading = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        body.dataset.stamp = fresh.body.dataset.stamp || stamp;
        show(fresh);
      }
    } catch {
      state("lost");
    } finally {
      loading = false;
    }
  };

  const button = document.getElementById("live");
  const state = (word) => { button.dataset.state = word; button.title = word === "lost" ? "Not connected; trying again" : "Changes are shown as they happen"; };
  let events = null;
  const listen = () => {
    events = new EventSource(`${root}/live${body.dataset.watch ? `?${body.dataset.watch}` : ""}`);
    events.addEventListener("open", () => state("on"));
    events.addEventListener("error", () => state("lost"));
    events.addEventListener("stamp", (event) => { if (event.data !== body.dataset.stamp) { refresh(event.data); } });
  };
  const live = (on) => {
    button.setAttribute("aria-pressed", String(on));
    localStorage.setItem("aftercommit.live", on ? "on" : "off");
    if (on && !events) { listen(); }
    if (!on && events) { events.close(); events = null; }
  };
  if (body.dataset.stamp) {
    button.hidden = false;
    button.addEventListener("click", () => live(button.getAttribute("aria-pressed") !== "true"));
    live(localStorage.getItem("aftercommit.live") !== "off");
    addEventListener("pagehide", () => { if (events) { events.close(); events = null; } });
    addEventListener("pageshow", (event) => { if (event.persisted) { live(button.getAttribute("aria-pressed") === "true"); } });
  }

  // Copy, confirm
  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.dataset.done = "";
      setTimeout(() => delete copy.dataset.done, 1500);
    }
  });
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !confirm(question)) { event.preventDefault(); }
  });
  document.querySelectorAll(".filter").forEach((form) => form.addEventListener("formdata", (event) => {
    [...event.formData.keys()].filter((key) => event.formData.get(key) === "").forEach((key) => event.formData.delete(key));
  }));

  // Keys: / to the filter, j and k in lists, Enter opens, r retries
  let row = -1;
  const rows = () => [...document.querySelectorAll("tr[data-row]")];
  const go = (step) => {
    const all = rows();
    if (!all.length) { return; }
    row = Math.max(0, Math.min(all.length - 1, row + step));
    all.forEach((each, at) => each.toggleAttribute("data-on", at === row));
    const link = all[row].querySelector("a");
    if (link) { link.focus({ preventScroll: true }); }
    all[row].scrollIntoView({ block: "nearest" });
  };
  const order = () => {
    const on = rows()[row];
    const place = on ? on.querySelector("[data-key='r']") : document.querySelector(".orders [value='retry']");
    if (place && (place.tagName === "A" || confirm("Retry this job?"))) { place.click(); }
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) { return; }
    if (event.key === "/") {
      const filter = document.querySelector("[data-filter]");
      if (filter) { event.preventDefault(); filter.focus(); } else { location.href = `${root}/jobs`; }
    } else if (event.key === "j") { go(1); } else if (event.key === "k") { go(-1); } else if (event.key === "r") { order(); }
  });

  local(document);
  times();
  setInterval(times, 1000);
})();
