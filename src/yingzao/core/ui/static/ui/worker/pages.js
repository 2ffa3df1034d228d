// Pages: from the network, else the kept copy, else the page that says what can be read. Only answers that carry X-Keep
// are kept, so no list of addresses stands here.

const LONGEST_BODY = 30_000; // ms that the rest of a page may take once it has begun
const OLDEST = 30 * 24 * 3600_000; // ms
const FRESH = 12 * 3600_000; // ms within which nothing is fetched ahead again
const MOST_PAGES = 24;
const MOST_PICTURES = 20; // a page
const LARGEST_PICTURE = 800_000; // bytes
const MOST_BYTES = 3_000_000; // pictures of a page together
const GATEWAY = new Set([502, 503, 504]); // the server behind it is gone

const isPicture = (path) => path.startsWith("/files/");
// In the middle width, where there are several: small enough to be fetched unasked, and sharp on a phone.
const picturesOf = (html) =>
  [...html.matchAll(/<picture>.*?<\/picture>|<img\b[^>]*>/gs)]
    .map(([shown]) => shown.match(/\/files\/[^"?\s]+-960\.webp/)?.[0] ?? shown.match(/\ssrc="(\/files\/[^"?]+)"/)?.[1])
    .filter(Boolean);
const keptAt = (response) => Number(response.headers.get("X-Kept-At"));

const ownPages = async () => caches.open(PAGES + (await state()).account);

async function find(path) {
  const { account } = await state();
  if (account === WORKER.nobody) return undefined;
  const kept = await (await caches.open(PAGES + account)).match(path, { ignoreVary: true });
  return kept && Date.now() - keptAt(kept) < OLDEST ? kept : undefined;
}

/** All kept pages of the account: {path, what, at (ms), html}. */
async function keptPages() {
  const pages = await ownPages();
  const found = [];
  for (const request of await pages.keys()) {
    const kept = await pages.match(request, { ignoreVary: true });
    const what = kept.headers.get("X-Keep");
    if (what) found.push({ path: new URL(request.url).pathname, what, at: keptAt(kept), html: await kept.text() });
  }
  return found;
}

/** Keep a page and what it shows, if it may be kept and is of the account that is signed in. `html` is its text. */
async function keep(path, response, html) {
  const account = response.headers.get("X-Account");
  if (!response.headers.has("X-Keep") || account === WORKER.nobody || account !== (await state()).account) return;
  const copy = without(html, "not-kept");
  const headers = headersOf(response);
  headers.set("X-Kept-At", String(Date.now()));
  const pages = await caches.open(PAGES + account);
  await keepAssets(assetsOf(copy)); // first: a page without its scripts would lose what is written on it
  if ((await state()).account !== account) return;
  await pages.put(path, new Response(copy, { headers }));
  if (!navigator.connection?.saveData) await keepPictures(pages, picturesOf(copy));
  await tidy(pages);
  // Somebody else may have come while this was fetched: what was put after the others' copies went goes as well.
  const now = await state();
  if (now.account !== account) await deletePages(now.account);
}

async function keepPictures(pages, paths) {
  let bytes = 0;
  for (const path of paths.slice(0, MOST_PICTURES)) {
    let kept = await pages.match(path, { ignoreVary: true });
    if (!kept) {
      const response = await fetch(path);
      const size = Number(response.headers.get("Content-Length"));
      if (!response.ok || !size || size > LARGEST_PICTURE || bytes + size > MOST_BYTES) {
        await response.body?.cancel();
        continue;
      }
      await pages.put(path, response.clone());
      kept = response;
    }
    bytes += Number(kept.headers.get("Content-Length"));
  }
}

/** What is too old or too much goes, and pictures that no page shows any more. */
async function tidy(pages) {
  const all = (await keptPages()).sort((a, b) => b.at - a.at);
  const stay = all.filter((page, place) => place < MOST_PAGES && Date.now() - page.at < OLDEST);
  const needed = new Set(stay.flatMap((page) => [page.path, ...picturesOf(page.html)]));
  for (const request of await pages.keys()) {
    if (!needed.has(new URL(request.url).pathname)) await pages.delete(request);
  }
}

async function dropPage(path) {
  await (await ownPages()).delete(path, { ignoreVary: true });
}

/** The headers of a page whose text was unpacked on its way. */
function headersOf(response) {
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return headers;
}

/** The page from the network. One that may be kept is read to its end first: half a page is no page, and throws. */
async function fetchPage(event, path) {
  const asked = Date.now();
  const response = await fetch(event.request);
  if (response.type === "opaqueredirect") return response;
  await learn(response, asked).catch(() => {}); // a full phone still shows what comes; copies of others are deleted first
  if (GATEWAY.has(response.status) && !response.headers.has("X-Account")) throw new Error("the server is gone");
  if (!response.headers.has("X-Keep")) {
    if ([403, 404, 410].includes(response.status)) await dropPage(path).catch(() => {});
    return response;
  }
  const html = await Promise.race([response.clone().text(), after(LONGEST_BODY)]);
  if (html === undefined) throw new Error("the rest of the page does not come");
  if (!new URL(event.request.url).search) event.waitUntil(keep(path, response, html).catch(() => {}));
  return new Response(html, { status: response.status, headers: headersOf(response) });
}

async function answerPage(event) {
  const path = new URL(event.request.url).pathname;
  const kept = await find(path).catch(() => undefined);
  const fresh = fetchPage(event, path);
  event.waitUntil(fresh.catch(() => {}));
  if (!kept) return fresh.catch(() => offlinePage());
  const first = await soon(fresh);
  // Somebody else may have signed in, or out, while it was waited for.
  const copy = first ? undefined : await find(path);
  return first ?? (copy ? copyOf(copy) : fresh.catch(() => offlinePage()));
}

/** A kept page that says what it is. */
async function copyOf(kept) {
  const html = (await kept.text()).replace("<html ", "<html data-kept ").replace(" hidden data-kept-note", "");
  return new Response(html, { headers: kept.headers });
}

async function offlinePage() {
  const { language } = await state();
  const assets = await caches.open(ASSETS);
  const page = await assets.match(WORKER.offline[language] ?? WORKER.offline[WORKER.language], { ignoreVary: true });
  if (!page) return Response.error();
  const kept = (await keptPages()).filter((one) => Date.now() - one.at < OLDEST);
  kept.sort((a, b) => a.what.localeCompare(b.what) || b.at - a.at);
  const rows = kept.filter((one) => one.what !== "detail").map(rowOf);
  const html = without(await page.text(), rows.length ? "none" : "some").replace("<!--kept-list-->", () => rows.join(""));
  return new Response(html, { headers: headersOf(page) });
}

/** Title and time stand in the page as its server wrote them, escaped. */
function rowOf({ path, html }) {
  const title = html.match(/<title>([^]*?)(?: · [^·<]*)?<\/title>/)?.[1] ?? path;
  const at = html.match(/data-kept-at="([^"]*)"/)?.[1] ?? "";
  return `<li class="row-line"><a class="row-body" href="${path}"><span class="row-title">${title}</span><span class="row-note">${at}</span></a></li>`;
}

/** A picture of a kept page: from the network, else the copy, in whichever width there is one. */
async function picture(event) {
  const pages = await ownPages();
  const path = new URL(event.request.url).pathname;
  const file = path.split("/").slice(0, 3).join("/") + "/";
  let kept = await pages.match(path, { ignoreVary: true });
  for (const other of kept ? [] : await pages.keys()) {
    if (new URL(other.url).pathname.startsWith(file)) kept = await pages.match(other, { ignoreVary: true });
  }
  const fresh = fetch(event.request);
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  const first = await soon(fresh);
  return first && !GATEWAY.has(first.status) ? first : kept;
}

/** Fetch pages that will be wanted. The server knows by the header that nobody has read them. */
async function keepAhead(paths) {
  for (const path of paths) {
    const kept = await find(path);
    if (kept && Date.now() - keptAt(kept) < FRESH) continue;
    const asked = Date.now();
    const response = await fetch(path, { headers: { "X-Ahead": "1" }, redirect: "error", cache: "no-store" });
    await learn(response, asked);
    if (response.status === 200) await keep(path, response, await response.clone().text());
  }
}

addEventListener("message", (event) => {
  if (event.data?.ahead) event.waitUntil(keepAhead(event.data.ahead).catch(() => {}));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && WORKER.forgetAfter.includes(pathname)) event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(answerPage(event));
  else if (isAsset(pathname)) event.respondWith(asset(request));
  else if (isPicture(pathname) && request.destination === "image") event.respondWith(picture(event));
});
