// Styles, scripts and icons: those that the shell and kept pages name are kept, and come from the phone first, since
// their names change with their contents. A name without that mark (development) comes from the network first.

const hasSum = (path) => /\.[0-9a-f]{12}\.\w+$/.test(path);
const isAsset = (path) => path.startsWith(WORKER.static);
const assetsOf = (html) => [...html.matchAll(/(?:src|href)="([^"#?]+)/g)].map((found) => found[1]).filter(isAsset);

async function asset(request) {
  const path = new URL(request.url).pathname;
  const kept = await caches.open(ASSETS).then((assets) => assets.match(path, { ignoreVary: true })).catch(() => undefined);
  if (!kept) return fetch(request);
  if (hasSum(path)) return kept;
  const whole = async () => {
    const response = await fetch(request);
    return new Response(await response.blob(), { status: response.status, headers: response.headers });
  };
  return (await soon(whole())) ?? kept;
}

/** Keep the assets at these addresses. What the browser has already costs no network: it asks its own cache. */
async function keepAssets(paths) {
  const assets = await caches.open(ASSETS);
  for (const path of new Set(paths)) {
    if (hasSum(path) && (await assets.match(path, { ignoreVary: true }))) continue;
    const response = await fetch(path);
    if (response.ok) await assets.put(path, response);
  }
}

/** An old version's assets go, but for those that a kept page still needs. */
async function pruneAssets() {
  const needed = new Set([...WORKER.shell, ...Object.values(WORKER.offline)]);
  for (const page of await keptPages()) for (const path of assetsOf(page.html)) needed.add(path);
  const assets = await caches.open(ASSETS);
  for (const request of await assets.keys()) {
    if (!needed.has(new URL(request.url).pathname)) await assets.delete(request);
  }
}

addEventListener("install", (event) => {
  const prepare = async () => {
    await keepAssets(WORKER.shell);
    const assets = await caches.open(ASSETS);
    for (const path of Object.values(WORKER.offline)) {
      const response = await fetch(path, { cache: "reload" });
      if (!response.ok) throw new Error(`${response.status} for ${path}`);
      await assets.put(path, response);
    }
    await skipWaiting();
  };
  event.waitUntil(prepare());
});

addEventListener("activate", (event) => {
  event.waitUntil(pruneAssets().then(() => clients.claim()));
});
