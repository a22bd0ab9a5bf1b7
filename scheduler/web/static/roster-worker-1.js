// Shows the roster that roster-1.js has kept when the server cannot be reached. It keeps nothing
// itself, and looks at nothing outside the roster.
"use strict";
const KEPT = "roster", KEY = "/kept-roster"; // the same in roster-1.js
const PATIENCE_MS = 8000;
const LOOKS = new Set(["style", "script", "font", "image"]);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(visit(request));
  else if (LOOKS.has(request.destination)) event.respondWith(look(request));
});

async function visit(request) {
  try {
    const answer = await Promise.race([fetch(request), tooLong()]);
    if (answer.status >= 500) throw new Error("not there just now");
    // Led elsewhere, or refused: whoever asks is not the one for whom the day was kept.
    if (!answer.ok) await caches.delete(KEPT);
    return answer;
  } catch {
    return kept();
  }
}

const tooLong = () => new Promise((_, reject) => setTimeout(reject, PATIENCE_MS));

async function kept() {
  const found = await (await caches.open(KEPT)).match(KEY);
  if (found && Date.now() < Date.parse(found.headers.get("x-until"))) return found;
  await caches.delete(KEPT);
  return Response.error();
}

async function look(request) {
  try {
    return await fetch(request);
  } catch {
    return (await (await caches.open(KEPT)).match(request.url)) ?? Response.error();
  }
}
