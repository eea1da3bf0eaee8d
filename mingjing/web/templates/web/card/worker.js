/* Keeps the officer's card on the phone. The line first; without one, what was kept. */
"use strict";

const KEPT = "own-card";
const PAGE = "{{ page }}";
const FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

self.addEventListener("install", (event) => event.waitUntil(
  caches.open(KEPT).then((kept) => kept.addAll([...FILES, PAGE])).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET" || !(path === PAGE || FILES.includes(path))) return;
  event.respondWith(fetch(event.request).then((answer) => {
    // Signed out, the page leads to the sign-in: then nothing of the card stays behind.
    if (path === PAGE && answer.redirected) caches.delete(KEPT);
    else if (answer.ok) { const copy = answer.clone(); caches.open(KEPT).then((kept) => kept.put(path, copy)); }
    return answer;
  }).catch(() => caches.match(path, { ignoreVary: true, ignoreSearch: true })));
});
