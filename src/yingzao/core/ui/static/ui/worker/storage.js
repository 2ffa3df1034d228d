// What the phone keeps: assets, which are everybody's, and the pages of the one account that is signed in.
// WORKER stands in /sw.js before this: version, static, shell, offline, language, forgetAfter, nobody.

const ASSETS = "yz-assets";
const PAGES = "yz-pages-"; // and the account's code
const STATE = "yz-state";
const PATIENCE = 3500; // ms that what has a copy may take from the network

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** What the promise gives within the patience; undefined where it fails or is late. */
const soon = (promise) => Promise.race([promise.catch(() => undefined), after(PATIENCE)]);

/** Whose phone it is as far as answers told, in which language, and when the telling request was sent (ms). */
async function state() {
  const kept = await (await caches.open(STATE)).match("/state");
  return kept ? kept.json() : { account: WORKER.nobody, language: WORKER.language, asked: 0 };
}

async function write(known) {
  await (await caches.open(STATE)).put("/state", new Response(JSON.stringify(known)));
}

/** Delete the pages of all accounts but this one. */
async function deletePages(account) {
  for (const name of await caches.keys()) {
    if (name.startsWith(PAGES) && name !== PAGES + account) await caches.delete(name);
  }
}

/** Take from an answer of ours whose it is. An answer that was on its way longer than the last one tells nothing. */
async function learn(response, asked) {
  const account = response.headers.get("X-Account");
  if (account === null) return; // not from us: a gateway's page
  const known = await state();
  if (asked < known.asked && known.asked <= Date.now()) return; // a clock that was put back is no reason
  const language = response.headers.get("Content-Language") ?? known.language;
  await deletePages(account);
  await write({ account, language, asked });
}

/** Somebody signs out: nothing of theirs stays, with or without a network. */
async function forget() {
  await deletePages("");
  await write({ ...(await state()), account: WORKER.nobody, asked: Date.now() });
}

const within = (html, name) => new RegExp(`<!--${name}-->[^]*?<!--/${name}-->`, "g");
const without = (html, name) => html.replace(within(html, name), "");
