// What is done on a phone in the field: kept in IndexedDB first, then delivered. Nothing is removed before the server has
// said that it has exactly these bytes. The ticket of the page proves whose it is, so that it arrives after the session has
// ended, too. Pages of the field name this script before their own.
//
//   const outbox = await Outbox.open(root);      // root: data-field (visit), data-account, data-as, data-ticket, data-door
//   await outbox.keep({ do: "in", … }, { more });  // throws where the phone has no room
//   await outbox.keep({ do: "photo", … }, {}, { blob, original });  // the bytes go behind the item, in pieces (data-files)
//   outbox.changed = (trouble) => …;              // after anything has changed; trouble: "", "offline", "failed", "ticketOld"
//   outbox.start();                               // deliver now, with the network, and every half minute

(() => {
  const RETRY = 30_000; // ms
  const PATIENCE = 15_000; // ms that a delivery may take
  const AT_ONCE = 50; // items of one delivery
  const GIVE_UP = 5; // items in a row that the server could not take one by one: then it is the server
  const FOR_GOOD = ["code-not-good", "bad-pass", "key-taken", "no-name", "empty", "too-large"]; // refusals that nothing on the server mends
  const GATEWAY = [502, 503, 504]; // what stands before a server that is gone: no network, as far as we are concerned
  const OPENING = 8_000; // ms that the phone's own store may take to open
  const WRONG_CLOCK = 60_000; // ms
  const PIECE = 256 * 1024; // bytes: what a broken line costs at most
  const SMALLEST_PIECE = 16 * 1024; // bytes
  const PIECE_PATIENCE = 60_000; // ms
  const ORIGINALS_KEPT = 14 * 24 * 3600_000; // ms in which the desk may ask for them
  const PLACE_PATIENCE = 8_000; // ms
  const SHOWN = 7 * 24 * 3600_000; // ms for which what has arrived is still listed

  class Outbox {
    changed = () => {};
    isSending = false;
    isAskedAgain = false;

    constructor(root, store) {
      this.root = root;
      this.store = store;
      this.atOnce = AT_ONCE; // less on a line that is too slow for it
      this.piece = PIECE;
    }

    /** Undefined where the browser keeps nothing, or does not say so for a while. */
    static async open(root) {
      try {
        const store = new Dexie("yz-field");
        store.version(1).stores({ items: "key, [account+visit]", own: "name" });
        store.version(2).stores({ items: "key, [account+visit]", own: "name", files: "key, [account+visit]" });
        const gaveUp = new Promise((_resolve, reject) => setTimeout(() => reject(new Error("no answer")), OPENING));
        await Promise.race([store.open(), gaveUp]);
        navigator.storage?.persist?.().catch(() => {});
        return new Outbox(root, store);
      } catch {
        return undefined;
      }
    }

    /** What a learner did is never delivered as what staff did, though one person may be both. */
    get owner() {
      const { account, field: visit, as = "learner" } = this.root.dataset;
      return { account, visit, as };
    }

    /** What was done for this visit by this account, oldest first: {key, text, what, at, state, sentence, title, …more}. */
    async rows() {
      const { account, visit, as } = this.owner;
      const all = await this.store.items.where({ account, visit }).sortBy("at");
      const rows = all.filter((row) => (row.as ?? "learner") === as);
      return rows.filter((row) => row.state === "unsent" || row.file === "unsent" || Date.now() - row.at < SHOWN);
    }

    /** Keep one act, as it is done now, with the file that belongs to it. */
    async keep(told, more = {}, file) {
      const item = itemOf(told);
      const ahead = await this.ahead().catch(() => 0);
      if (Math.abs(ahead) > WRONG_CLOCK) item.ahead = Math.round(ahead); // it may be put right before this is delivered
      if (file) Object.assign(item, { size: file.blob.size, sum: (await hash(await file.blob.arrayBuffer())) ?? "" });
      const row = { ...more, key: item.key, text: JSON.stringify(item), what: item.do, at: item.at, state: "unsent", sentence: "", ...this.owner };
      if (file) row.file = "unsent";
      if (!file) await this.store.items.put(row);
      else await this.putBoth(row, { key: item.key, sum: item.sum, have: 0, at: item.at, ...file, ...this.owner });
      return row;
    }

    /** For a phone without room: deliver an act that is not kept. Its receipt; undefined where none came, and then it is lost. */
    async sendUnkept(told) {
      const item = itemOf(told);
      const answer = await this.post([{ text: JSON.stringify(item) }]);
      return answer?.receipts?.find((receipt) => receipt.key === item.key && receipt.kept);
    }

    /** The item and its file, or none of them; without the original where there is no room for that. */
    putBoth(row, file) {
      const put = (one) =>
        this.store.transaction("rw", this.store.items, this.store.files, async () => {
          await this.store.files.put(one);
          await this.store.items.put(row);
        });
      return put(file).catch((failure) => {
        if (!file.original) throw failure;
        return put({ ...file, original: undefined });
      });
    }

    /** The file of an act, as long as the phone keeps it: {blob, original, have}. */
    file(key) {
      return this.store.files.get(key);
    }

    /** Take back what has not been sent. Whether that was still possible. */
    async undo(key) {
      if (this.isSending) return false;
      return this.store.transaction("rw", this.store.items, this.store.files, async () => {
        const row = await this.store.items.get(key);
        if (row?.state !== "unsent") return false;
        await this.store.items.delete(key);
        await this.store.files.delete(key);
        return true;
      });
    }

    async forget(key) {
      await this.store.files.delete(key);
      await this.store.items.delete(key);
    }

    /** What was refused is sent once more: what it belongs to was mended. */
    async again(key) {
      const row = await this.store.items.get(key);
      if (row?.state === "refused") await this.store.items.update(key, { state: "unsent", sentence: "" });
    }

    find(key) {
      return this.store.items.get(key);
    }

    start() {
      addEventListener("online", () => this.deliver());
      document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.deliver());
      setInterval(() => this.deliver(), RETRY);
      return this.deliver();
    }

    /** Send what waits, until nothing does or nothing gets on. */
    async deliver() {
      if (this.isSending) {
        this.isAskedAgain = true;
        return;
      }
      this.isSending = true;
      let trouble = "";
      try {
        do {
          this.isAskedAgain = false;
          trouble = (await this.deliverItems()) || (await this.deliverFiles());
        } while (this.isAskedAgain);
      } finally {
        this.isSending = false;
      }
      await this.changed(trouble);
    }

    async deliverItems() {
      const tried = new Set();
      let failed = "";
      for (;;) {
        const waiting = (await this.rows()).filter((row) => row.state === "unsent" && !tried.has(row.key)).slice(0, this.atOnce);
        if (!waiting.length) return failed;
        for (const row of waiting) tried.add(row.key);
        const trouble = await this.send(waiting);
        if (trouble === "failed") failed = trouble;
        else if (trouble) return trouble;
        await this.changed("");
      }
    }

    /** Send these; one by one where the server cannot take them together, so that a bad one holds up no other. */
    async send(rows) {
      const answer = await this.post(rows);
      if (answer === undefined) return "offline";
      if (answer.error === "slow") {
        this.atOnce = Math.ceil(rows.length / 2);
        return "offline";
      }
      if (answer.error === "ticket") return "ticketOld";
      if (!answer.error) {
        for (const receipt of answer.receipts) await this.take(receipt, rows.find((row) => row.key === receipt?.key), answer.now);
        return "";
      }
      if (rows.length === 1) return "failed";
      let inARow = 0;
      for (const row of rows) {
        const trouble = await this.send([row]);
        if (trouble && trouble !== "failed") return trouble;
        inARow = trouble ? inARow + 1 : 0;
        if (inARow === GIVE_UP) break;
      }
      return "failed";
    }

    /** The bytes behind items that have arrived, one file after another. */
    async deliverFiles() {
      if (!this.root.dataset.files) return "";
      let failed = "";
      for (const row of await this.rows()) {
        if (row.file !== "unsent" || row.state === "unsent" || row.state === "refused") continue;
        const file = await this.file(row.key);
        const trouble = file ? await this.deliverFile(row, file) : "";
        if (trouble === "failed") failed = trouble;
        else if (trouble) return trouble;
        await this.changed("");
      }
      await this.dropOriginals();
      return failed;
    }

    async deliverFile(row, file) {
      for (let have = file.have, turns = 0; turns < 2_000; turns += 1) {
        const answer = await this.postPiece(file.key, have, file.blob.slice(have, have + this.piece));
        if (answer === undefined || answer.error === "slow") return "offline";
        if (answer.error === "ticket") return "ticketOld";
        if (answer.error === "unknown") return this.tellAgain(row);
        if (answer.error) return answer.sentence ? this.refuse(row, answer.sentence) : "failed";
        if (answer.done) return this.receive(row, file, answer);
        if (answer.have === have) return "failed"; // nothing gets on: later
        have = answer.have;
        await this.store.files.update(file.key, { have });
        await this.changed("");
      }
      return "";
    }

    /** The server has all of it, or says why it takes nothing. Other bytes than ours stay and are sent anew. */
    async receive(row, file, answer) {
      if (answer.sentence) return this.refuse(row, answer.sentence);
      if (!answer.sha256 || (file.sum && answer.sha256 !== file.sum)) {
        await this.store.files.update(file.key, { have: 0 });
        return "failed";
      }
      await this.store.items.update(row.key, { file: "sent", sum: answer.sha256, size: file.blob.size });
      if (file.original) await this.store.files.update(file.key, { blob: undefined, have: 0 });
      else await this.store.files.delete(file.key);
      return "";
    }

    async refuse(row, sentence) {
      await this.store.items.update(row.key, { state: "refused", sentence });
      return "";
    }

    /** The server does not know of the file (any more): it is told of anew, and the bytes go with the next delivery. */
    async tellAgain(row) {
      await this.store.items.update(row.key, { state: "unsent" });
      return "failed";
    }

    /** Photos as they were taken, for which the desk has asked. */
    async deliverOriginals(keys) {
      for (const key of keys) {
        const file = await this.file(key);
        if (!file?.original || file.blob) continue;
        const { original } = file;
        for (let have = 0; ; ) {
          const answer = await this.postPiece(key, have, original.slice(have, have + this.piece), original.size);
          if (!answer || answer.error) return;
          if (answer.done) break;
          if (answer.have === have) return;
          have = answer.have;
        }
        await this.store.files.delete(key);
      }
    }

    async dropOriginals() {
      const old = await this.store.files.filter((file) => !file.blob && Date.now() - file.at > ORIGINALS_KEPT).primaryKeys();
      await this.store.files.bulkDelete(old);
    }

    async postPiece(key, at, piece, size = 0) {
      const headers = { "Content-Type": "application/octet-stream", "X-Ticket": this.root.dataset.ticket, "X-File": key, "X-At": String(at), "X-Language": document.documentElement.lang.toLowerCase() };
      if (size) headers["X-Size"] = String(size);
      const body = await piece.arrayBuffer().catch(() => undefined);
      if (!body) return { error: "unread" }; // the phone itself cannot read it now: the others go on
      const answer = await answerOf(this.root.dataset.files, { method: "POST", headers, body, signal: AbortSignal.timeout?.(PIECE_PATIENCE) }, (told) => Number.isInteger(told.have));
      if (answer?.error === "slow") this.piece = Math.max(SMALLEST_PIECE, Math.ceil(this.piece / 2));
      return answer;
    }

    /** Other bytes than ours, or not kept there: it stays. */
    async take(receipt, row, sent) {
      if (!row || typeof receipt.state !== "string") return;
      const own = await hash(row.text);
      const { state, sentence = "", title = "", code = "" } = receipt;
      const isThere = receipt.kept && (!own || own === receipt.sha256);
      const news = isThere ? { state, sentence, title, code, sent } : { sentence };
      await this.store.items.update(row.key, news).catch(() => undefined); // no room for the news: it is sent again
    }

    /** The server's answer; undefined while there is none, {error} where it takes nothing. */
    async post(rows) {
      const language = document.documentElement.lang.toLowerCase();
      const body = { ticket: this.root.dataset.ticket, device: await this.device(), clock: Date.now(), language, items: rows.map((row) => row.text) };
      const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: AbortSignal.timeout?.(PATIENCE) };
      const answer = await answerOf(this.root.dataset.door, request, (told) => Array.isArray(told.receipts));
      if (Number.isFinite(answer?.now)) await this.learnTime(answer.now);
      return answer;
    }

    async device() {
      const known = await this.store.own.get("device");
      if (known) return known.value;
      const value = uuid();
      await this.remember("device", value);
      return value;
    }

    /** How far this phone's clock is ahead of the server's (ms), as far as it was told last. */
    async ahead() {
      return (await this.store.own.get("ahead"))?.value ?? 0;
    }

    learnTime(now) {
      return this.remember("ahead", Date.now() - now);
    }

    /** Where there is room: a phone that is full sends all the same. */
    remember(name, value) {
      return this.store.own.put({ name, value }).catch(() => undefined);
    }
  }

  /** What our server says: JSON of the shape that is asked for, or {error}; "slow" where our patience ended first. Undefined where nothing came of it, or the page of
      something that stands between (a hotel's network, a gateway). */
  async function answerOf(address, request, isOurs) {
    try {
      const response = await fetch(address, request);
      if (GATEWAY.includes(response.status)) return undefined;
      if (!response.ok && ![400, 403, 404].includes(response.status)) return { error: "failed" };
      const told = await response.json().catch(() => undefined);
      if (typeof told?.error === "string" || (response.ok && told && isOurs(told))) return told;
      return response.ok || response.status === 403 ? undefined : { error: "failed" };
    } catch (failure) {
      return ["TimeoutError", "AbortError"].includes(failure?.name) ? { error: "slow" } : undefined;
    }
  }

  /** Whether the server has not said yet that it has all of it. */
  const isWaiting = (row) => row.state === "unsent" || (row.file === "unsent" && row.state !== "refused");

  /** Whether the server may take another time what it refused: the visit was cancelled by mistake, the learner is back. */
  const mayGoAgain = (row) => row.state === "refused" && row.file !== "unsent" && !FOR_GOOD.includes(row.code);

  const itemOf = (told) => ({ key: uuid(), at: Date.now(), ...told });

  /** SHA-256 in hex. Without a secure context the browser has none: then the key has to do. */
  async function hash(text) {
    if (!crypto.subtle) return undefined;
    return hex(await crypto.subtle.digest("SHA-256", typeof text === "string" ? new TextEncoder().encode(text) : text));
  }

  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const text = hex(bytes);
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
  }

  /** The words of a page for its script: `<template id="…"><i data-word="unsent">…</i></template>`. */
  function words(id) {
    const found = document.getElementById(id).content.querySelectorAll("[data-word]");
    const known = Object.fromEntries([...found].map((one) => [one.dataset.word, one.textContent.trim()]));
    return (name, told = {}) => known[name].replace(/\{(\w+)\}/g, (_all, key) => told[key] ?? "");
  }

  /** [latitude, longitude, accuracy in metres]; null where the phone does not tell. */
  function place() {
    return new Promise((resolve) => {
      if (!navigator.geolocation) return resolve(null);
      const found = ({ coords }) => resolve([coords.latitude, coords.longitude, coords.accuracy]);
      navigator.geolocation.getCurrentPosition(found, () => resolve(null), { timeout: PLACE_PATIENCE, enableHighAccuracy: true, maximumAge: 60_000 });
    });
  }

  const LONGEST_EDGE = 1600; // pixels of a photo as it is sent
  const QUALITY = 0.82;

  /** The photo upright and smaller, as JPEG; as it is where the browser cannot open it. */
  async function smaller(file) {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => undefined);
    if (!picture) return file;
    const scale = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return blob ?? file;
  }

  const clockTime = (ms) => new Date(ms).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: "Asia/Shanghai" });

  // Says on the page that it will not open without a network, where the browser cannot keep it.
  const told = document.getElementById("field-no-worker");
  if (told) told.hidden = Boolean(navigator.serviceWorker) && isSecureContext;

  Object.assign(Outbox, { hash, uuid, words, place, smaller, clockTime, isWaiting, mayGoAgain });
  globalThis.Outbox = Outbox;
})();
