/* Keeps the page for times without a network. It holds files without any data; what officers write is in the page's own
   store, sealed. */
"use strict";

const CACHE = "mingjing-field-{{ version }}";
const PAGE = "{% url 'field' %}";
const FILES = [PAGE{% for file in files %}, "{{ file }}"{% endfor %}];

self.addEventListener("install", (event) => {
  const wanted = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(wanted)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("mingjing-field-") && name !== CACHE;
  const swept = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(swept.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin || !FILES.includes(pathname)) return;
  const kept = caches.open(CACHE).then((cache) => cache.match(pathname, { ignoreVary: true, ignoreSearch: true }));
  event.respondWith(kept.then((found) => found || fetch(event.request)));
});
