// Checking in on the learner's own phone, with or without a network. What is done here is kept in IndexedDB first, then
// delivered; nothing is removed before the server has said that it has exactly these bytes. The ticket of the page proves
// whose it is, so that it arrives after the session has ended, too.

const RETRY = 30_000; // ms
const PATIENCE = 15_000; // ms that a delivery may take
const SHOWN = 7 * 24 * 3600_000; // ms for which what has arrived is still listed
const PLACE_PATIENCE = 8_000; // ms
const DONE = new Set(["counted", "again", "waiting", "timeless"]);

const root = document.querySelector("[data-field]");
if (root) begin();

async function begin() {
  const list = document.getElementById("field-list");
  const form = root.querySelector("form");
  const store = await open();
  if (!store) return; // the form goes the ordinary way
  const scanned = new URLSearchParams(location.search);
  const code = form.elements.code;
  if (scanned.get("c") && !code.value) code.value = scanned.get("c");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const digits = code.value.trim();
    if (!digits) return complain(root.dataset.empty);
    await keep(event.submitter?.value ?? "in", digits).catch(() => HTMLFormElement.prototype.submit.call(form));
  });

  async function keep(what, digits) {
    const item = { key: uuid(), do: what, at: Date.now(), digits };
    if (digits === scanned.get("c")) {
      item.stop = scanned.get("s") ?? "";
      if (scanned.get("n")) item.counter = Number(scanned.get("n"));
    }
    if ("place" in root.dataset) item.place = await place();
    const text = JSON.stringify(item);
    await store.items.put({ key: item.key, text, what, at: item.at, state: "unsent", sentence: "", ...owner() });
    code.value = "";
    complain("");
    await show();
    await deliver(item.key);
  }

  const owner = () => ({ account: root.dataset.account, visit: root.dataset.field, door: root.dataset.door, ticket: root.dataset.ticket });
  const mine = () => store.items.where({ account: root.dataset.account, visit: root.dataset.field }).sortBy("at");

  let isSending = false;
  /** Send what waits; `pressed` is what somebody has just done, and looks at the answer to. */
  async function deliver(pressed) {
    if (isSending) return;
    isSending = true;
    try {
      const waiting = (await mine()).filter((row) => row.state === "unsent").slice(0, 50);
      if (!waiting.length) return;
      const answer = await post(waiting);
      for (const receipt of answer?.receipts ?? []) {
        const row = waiting.find((one) => one.key === receipt.key);
        const own = row && (await hash(row.text));
        if (!row || !receipt.kept || (own && own !== receipt.sha256)) continue; // other bytes than ours: it stays
        await store.items.update(row.key, { state: receipt.state, sentence: receipt.sentence ?? "", title: receipt.title ?? "" });
      }
      await show(answer === undefined ? "offline" : answer.error === "ticket" ? "ticketOld" : "");
      const row = pressed && (await store.items.get(pressed));
      if (row && DONE.has(row.state) && !("kept" in document.documentElement.dataset)) location.replace(location.pathname);
    } finally {
      isSending = false;
    }
  }

  /** The server's answer; undefined while there is none. */
  async function post(rows) {
    const body = { ticket: root.dataset.ticket, device: await device(), clock: Date.now(), language: document.documentElement.lang.toLowerCase(), items: rows.map((row) => row.text) };
    try {
      const response = await fetch(root.dataset.door, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE) });
      return response.ok || response.status === 403 ? await response.json() : undefined;
    } catch {
      return undefined;
    }
  }

  async function device() {
    const known = await store.own.get("device");
    if (known) return known.value;
    const value = uuid();
    await store.own.put({ name: "device", value });
    return value;
  }

  async function show(trouble = "") {
    const rows = (await mine()).filter((row) => row.state === "unsent" || Date.now() - row.at < SHOWN);
    list.hidden = !rows.length;
    list.replaceChildren(...rows.map(line));
    if (trouble && rows.some((row) => row.state === "unsent")) list.append(note(root.dataset[trouble]));
  }

  function line(row) {
    const element = document.getElementById("field-line").content.firstElementChild.cloneNode(true);
    const word = row.state === "unsent" ? "unsent" : row.state === "refused" ? "refused" : row.state === "counted" || row.state === "again" ? "sent" : "waits";
    const at = new Date(row.at).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: "Asia/Shanghai" });
    element.querySelector("[data-what]").textContent = `${row.what === "out" ? root.dataset.out : root.dataset.in} ${at}`;
    element.querySelector("[data-said]").textContent = row.sentence || (word === "sent" ? root.dataset[row.what === "out" ? "sentOut" : "sentIn"].replace("STOP", row.title ?? "") : root.dataset[word]);
    element.dataset.state = word;
    const button = element.querySelector("button");
    button.hidden = row.state !== "refused";
    button.addEventListener("click", () => store.items.delete(row.key).then(() => show()));
    return element;
  }

  function note(text) {
    const element = document.createElement("li");
    element.className = "row-line small soft";
    element.textContent = text;
    return element;
  }

  function complain(sentence) {
    const place = document.getElementById("field-error");
    place.textContent = sentence;
    place.hidden = !sentence;
  }

  await show();
  await deliver();
  addEventListener("online", () => deliver());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && deliver());
  setInterval(() => deliver(), RETRY);
}

/** The phone's own store; nothing where the browser keeps nothing. */
async function open() {
  try {
    const store = new Dexie("yz-field");
    store.version(1).stores({ items: "key, [account+visit]", own: "name" });
    await store.open();
    navigator.storage?.persist?.().catch(() => {});
    return store;
  } catch {
    return undefined;
  }
}

/** [latitude, longitude, accuracy in metres]; null where the phone does not tell. */
function place() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    const found = ({ coords }) => resolve([coords.latitude, coords.longitude, coords.accuracy]);
    navigator.geolocation.getCurrentPosition(found, () => resolve(null), { timeout: PLACE_PATIENCE, enableHighAccuracy: true, maximumAge: 60_000 });
  });
}

/** SHA-256 in hex. Without a secure context the browser has none: then the key has to do. */
async function hash(text) {
  if (!crypto.subtle) return undefined;
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
