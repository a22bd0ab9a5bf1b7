// The day at the chair without a connection: it stays, says how old it is, and comes back by itself.
(() => {
  "use strict";
  const EVERY_MS = 10000, PATIENCE_MS = 8000, TOUCH_MS = 3000;
  const KEPT = "roster", KEY = "/kept-roster"; // the same in the worker
  const connection = document.getElementById("connection");
  const unsent = new Map(); // the button that was tapped, by where its form leads
  let roster = document.getElementById("roster");
  let here = location.href; // where this state of the day came from
  let lost = false, touched = 0, taps = 0, latest = 0;

  const ask = async (url, form) => {
    const options = form ? { method: "POST", body: form } : {};
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(url, { ...options, headers: { Accept: "text/html" }, signal });
    if (answer.status >= 500 || answer.status === 429) throw new Error("not now");
    return answer;
  };

  const show = async (answer) => {
    const html = await answer.text();
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("roster");
    if (!answer.ok || !fresh) return leave(answer);
    here = answer.url;
    keep(answer.headers, html, { ...fresh.dataset }).catch(() => {}); // no room: then without
    say();
    morph(roster, fresh);
    ready();
  };

  // Signed out meanwhile, or no therapist any more: the server says so better, and nothing is kept.
  const leave = async (answer) => {
    if (globalThis.caches) await caches.delete(KEPT);
    location.assign(answer.ok ? answer.url : here);
  };

  // Parts that are the same stay the same: a button about to be pressed, the focus, the scrolling.
  const morph = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
    const olds = [...old.childNodes], freshes = [...fresh.childNodes];
    const alike = old.nodeType === 1 && old.nodeName === fresh.nodeName && old.id === fresh.id;
    if (!alike || olds.length !== freshes.length) return old.replaceWith(fresh);
    for (const { name } of [...old.attributes]) if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    olds.forEach((child, place) => morph(child, freshes[place]));
  };

  // What only a script can do appears; what was tapped in vain still says so.
  const ready = () => {
    roster = document.getElementById("roster");
    document.getElementById("print")?.removeAttribute("hidden");
    for (const id of unsent.values()) {
      const form = document.getElementById(id)?.form;
      if (!form || form.querySelector(".unsent")) continue;
      const note = document.createElement("p");
      note.className = "unsent";
      note.textContent = roster.dataset.unsent;
      form.append(note);
    }
  };

  const say = (isLost = false) => {
    const back = lost && !isLost ? roster.dataset.back : "";
    const text = isLost ? roster.dataset.lost : back;
    if (connection.textContent !== text) connection.textContent = text;
    connection.classList.toggle("back", !isLost);
    lost = isLost;
  };

  // Not under a finger, and not while a tap is on its way: its answer is newer.
  const isBusy = () => taps > 0 || Date.now() - touched < TOUCH_MS;

  const refresh = async () => {
    if (isBusy() || document.hidden) return;
    const mine = ++latest;
    const focused = document.activeElement?.id;
    try {
      const answer = await ask(here);
      if (mine !== latest || isBusy()) return;
      await show(answer);
      if (focused && document.activeElement === document.body) focus(focused);
    } catch {
      if (mine === latest) say(true);
    }
  };

  const focus = (id) => (document.getElementById(id) ?? document.getElementById("main")).focus({ preventScroll: true });

  const tap = async (form, button) => {
    if (form.ariaBusy) return;
    form.ariaBusy = "true";
    taps += 1;
    const mine = ++latest;
    const sent = new URLSearchParams(new FormData(form));
    sent.set(button.name, button.value);
    try {
      const answer = await ask(form.action, sent);
      unsent.delete(form.action);
      if (mine !== latest) return;
      await show(answer);
      focus("told");
    } catch {
      unsent.set(form.action, button.id);
      say(true);
      ready();
    } finally {
      taps -= 1;
      form.ariaBusy = null;
    }
  };

  // Names are personal data: only today's page, only until the day is over, and gone with signing
  // out. The style sheets, scripts and the font that it needs are nobody's.
  const keep = async (headers, html, { until, keeper }) => {
    if (!globalThis.caches) return;
    const kept = await (await caches.open(KEPT)).match(KEY);
    const stale = kept && (kept.headers.get("x-keeper") !== keeper || Date.parse(kept.headers.get("x-until")) <= Date.now());
    if (stale) await caches.delete(KEPT);
    if (!until) return;
    const cache = await caches.open(KEPT);
    const passed = ["content-type", "content-security-policy", "x-content-type-options", "referrer-policy"];
    const all = passed.map((name) => [name, headers.get(name)]).concat([["x-until", until], ["x-keeper", keeper]]);
    await cache.put(KEY, new Response(html, { headers: all }));
    const needed = document.querySelectorAll("link:is([rel=stylesheet], [rel=preload], [rel=icon]), script[src]");
    for (const { href, src } of needed) if (!(await cache.match(href ?? src))) await cache.add(href ?? src);
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".tap")) return;
    event.preventDefault();
    tap(event.target, event.submitter);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#print")) window.print();
  });
  for (const kind of ["pointerdown", "pointerup", "pointercancel"]) {
    document.addEventListener(kind, () => { touched = kind === "pointerdown" ? Date.now() : 0; });
  }
  for (const kind of ["online", "offline", "focus", "pageshow"]) window.addEventListener(kind, refresh);
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, EVERY_MS);
  navigator.serviceWorker?.register(roster.dataset.worker, { scope: roster.dataset.scope });
  ready();
  if (document.getElementById("told")) focus("told");
})();
