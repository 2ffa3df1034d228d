// The phone of staff in the field, with or without a network: scan, tick, show the code, add walk-ins. The roster, the stops
// and their keys stand in the page; what is done is kept and delivered by outbox.js; scanner.js reads codes.

const LOOK = 15_000; // ms between two questions who is where
const WRONG_CLOCK = 60_000; // ms
const STEP = 30; // seconds that a code is shown
const PASS_SUM = 20; // hexadecimal digits of a pass's hash in the roster
const KEPT_PATIENCE = 20; // looks, one a second
const UNDER_WAY = 5_000; // ms for which what has just arrived may not be among what the server tells

const root = document.querySelector("[data-field]");
const word = Outbox.words("phone-words");
const at = (id) => document.getElementById(id);
const place = { stop: at("phone-stop"), list: at("phone-list"), find: at("phone-find"), last: at("phone-last") };

if (at("phone-stop")) begin();

async function begin() {
  const text = at("phone-bundle").content.textContent;
  const sum = await Outbox.hash(text);
  if (sum && sum !== root.dataset.sum) return stopWith("broken");
  const bundle = JSON.parse(text);
  const outbox = await Outbox.open(root);
  if (!outbox) return stopWith("noStore");

  let known = JSON.parse(at("phone-here").textContent); // {here: {stop: {learner: [in, out]}}, walkIns: {stop: n}, now}
  let rows = []; // what was done on this phone
  let waiting = 0; // of all that it keeps of this visit, notes and photos too
  let trouble = "";
  let isSignedOut = false;
  let isListOld = false;
  let ahead = await outbox.ahead();
  const byCode = new Map(bundle.learners.map((one) => [one.code, one]));
  const byPass = new Map(bundle.learners.map((one) => [one.pass, one]));
  const stopOf = (code) => bundle.stops.find((stop) => stop.code === code);
  const chosen = () => stopOf(place.stop.value);
  const what = () => root.querySelector("[name=what]:checked").value;

  // Where each learner is

  /** Whether the server's word is older than the record. A newer one counts: what is not in it was taken back on the list. */
  const isNews = (row) => row.state === "unsent" || !(row.sent < known.now - UNDER_WAY);

  /** [in, out, sent?] at a stop: what the server told, and what this phone has recorded since. */
  function standing(stop, learner) {
    const [arrived, left] = known.here[stop]?.[learner] ?? [null, null];
    const mine = rows.filter((row) => row.stop === stop && row.learner === learner && row.state !== "refused" && isNews(row));
    const inside = mine.find((row) => row.what === "in");
    const outside = mine.filter((row) => row.what === "out").at(-1);
    const isUnsent = mine.some((row) => row.state === "unsent");
    return { arrived: arrived ?? inside?.at ?? null, left: left ?? outside?.at ?? null, isUnsent };
  }

  // Drawing

  function draw() {
    const stop = chosen();
    if (!stop) return;
    const all = bundle.learners.map((one) => ({ one, ...standing(stop.code, one.code) }));
    const expected = all.filter((row) => row.one.expected);
    at("phone-expected").textContent = expected.length;
    at("phone-arrived").textContent = expected.filter((row) => row.arrived).length;
    const unsent = rows.filter((row) => row.what === "walk_in" && row.stop === stop.code && row.state === "unsent");
    const besides = all.filter((row) => row.arrived && !row.one.expected);
    at("phone-walk-ins").textContent = (known.walkIns[stop.code] ?? 0) + unsent.length + besides.length;
    const wanted = place.find.value.trim().toLowerCase();
    const isMissing = at("phone-missing").checked;
    const inOrder = [...expected, ...all.filter((row) => !row.one.expected)];
    const shown = inOrder.filter((row) => (!isMissing || (row.one.expected && !row.arrived)) && (!wanted || fits(row.one, wanted)));
    drawList(shown, stop);
    at("phone-nobody").hidden = shown.length > 0 || !wanted;
    drawRecords();
    drawState();
  }

  let drawn = "";
  /** A hundred lines are only drawn anew where one of them is another. */
  function drawList(shown, stop) {
    const now = JSON.stringify([stop.code, what(), shown.map((row) => [row.one.code, row.arrived, row.left, row.isUnsent])]);
    if (now === drawn) return;
    drawn = now;
    place.list.replaceChildren(...shown.map((row) => line(row, stop)));
  }

  const fits = (one, wanted) => [one.number, one.name, one.community, one.team, one.pinyin].some((text) => text.toLowerCase().includes(wanted));

  function line({ one, arrived, left, isUnsent }, stop) {
    const element = at("phone-line").content.firstElementChild.cloneNode(true);
    element.querySelector("[data-number]").textContent = one.number;
    element.querySelector("[data-name]").textContent = one.name;
    element.querySelector("[data-note]").textContent = [one.community, one.team, one.expected ? "" : word("noPlace")].filter(Boolean).join(" · ");
    const state = element.querySelector(".state");
    state.classList.add(arrived ? (isUnsent ? "part" : "done") : "todo");
    const told = { at: arrived && Outbox.clockTime(arrived), out: left && Outbox.clockTime(left) };
    const said = arrived ? word(left ? "hasLeft" : "isHere", told) : word("notHere");
    state.textContent = isUnsent ? `${said} · ${word("notSent")}` : said;
    const button = element.querySelector("[data-do]");
    const isOut = what() === "out";
    button.textContent = word(isOut ? "doOut" : "doIn");
    button.setAttribute("aria-label", `${button.textContent} ${one.number} ${one.name}`);
    button.hidden = Boolean(isOut ? left || !arrived : arrived);
    button.addEventListener("click", () => record(stop, one, {}));
    return element;
  }

  function drawRecords() {
    const lines = [...rows].reverse().map((row) => {
      const element = at("phone-row").content.firstElementChild.cloneNode(true);
      const whom = row.what === "walk_in" ? row.name : row.learner && byCode.has(row.learner) ? `${byCode.get(row.learner).number} ${byCode.get(row.learner).name}` : word("someone");
      element.querySelector("[data-what]").textContent = `${whom} · ${word(row.what)} ${Outbox.clockTime(row.at)}`;
      const state = { unsent: "unsent", refused: "refused", again: "again", timeless: "timeless" }[row.state] ?? "sent";
      const said = state === "unsent" ? row.sentence || word("notSent") : row.sentence || word(state);
      element.querySelector("[data-said]").textContent = `${stopOf(row.stop)?.title ?? ""} · ${said}`;
      element.dataset.state = state;
      const [again, button] = element.querySelectorAll("button");
      again.hidden = !Outbox.mayGoAgain(row);
      again.addEventListener("click", () => outbox.again(row.key).then(() => outbox.deliver()));
      button.hidden = state !== "unsent" && state !== "refused";
      button.addEventListener("click", async () => {
        await (state === "refused" ? outbox.forget(row.key) : outbox.undo(row.key));
        await refresh();
      });
      return element;
    });
    if (!lines.length) {
      const none = document.createElement("li");
      none.className = "row-line soft";
      none.textContent = word("nothing");
      lines.push(none);
    }
    at("phone-rows").replaceChildren(...lines);
  }

  function drawState() {
    const refused = rows.filter((row) => row.state === "refused").length;
    const state = at("phone-state");
    state.dataset.state = refused ? "refused" : waiting ? "unsent" : "sent";
    const said = [refused ? word("refusedMany", { n: refused }) : "", waiting ? word("unsent", { n: waiting }) : refused ? "" : word("allSent"), word(keeping)];
    state.textContent = said.filter(Boolean).join(" ");
    const minutes = Math.round(ahead / 60_000);
    const notes = [trouble && waiting ? word(trouble) : "", isSignedOut ? word("signedOut") : "", isListOld ? word("newList") : ""];
    if (Math.abs(ahead) > WRONG_CLOCK) notes.push(word(minutes > 0 ? "fast" : "slow", { n: Math.abs(minutes) }));
    notice(notes.filter(Boolean));
  }

  async function refresh() {
    const all = await outbox.rows();
    rows = all.filter((row) => ["in", "out", "walk_in"].includes(row.what));
    waiting = all.filter(Outbox.isWaiting).length;
    ahead = await outbox.ahead();
    draw();
  }

  // Recording

  async function record(stop, learner, { pass, code }) {
    const doing = what();
    const found = learner && standing(stop.code, learner.code);
    const before = found && (doing === "in" ? found.arrived : found.left);
    const told = { number: learner?.number ?? "", name: learner?.name ?? word("someone"), stop: stop.title, at: Outbox.clockTime(before || Date.now()) };
    if (before) return say("already", told, "clay");
    const item = { do: doing, stop: stop.code, ...(pass ? { pass } : { learner: code ?? learner.code }) };
    if (!(await keep(item, { stop: stop.code, learner: learner?.code ?? "" }))) return;
    if (learner) say(doing === "in" ? "didIn" : "didOut", told, "leaf");
    else say("notListed", {}, "clay");
  }

  /** Whether it is kept; a phone without room says so, and nothing else is lost. */
  async function keep(item, more) {
    try {
      await outbox.keep(item, more);
    } catch {
      const receipt = await outbox.sendUnkept(item);
      if (!receipt) say("noRoom", {}, "harm");
      else if (receipt.state === "refused") sayPlainly(receipt.sentence, "harm");
      if (!receipt || receipt.state === "refused") return false;
      await look();
      return true;
    }
    await refresh();
    outbox.deliver();
    return true;
  }

  const say = (name, told, tone) => sayPlainly(word(name, told), tone);

  function sayPlainly(sentence, tone) {
    place.last.hidden = false;
    place.last.dataset.tone = tone;
    place.last.textContent = sentence;
  }

  /** A learner's own code: known by its hash where the browser can work that out; else the server looks at it. */
  async function scanned(text) {
    const pass = text.match(/\/visits\/pass\/([^/?#]+)/)?.[1];
    if (!pass) return false;
    const shown = decodeURIComponent(pass);
    const sum = await Outbox.hash(shown);
    const claimed = byCode.get(shown.slice(0, shown.lastIndexOf(".")));
    const learner = sum ? byPass.get(sum.slice(0, PASS_SUM)) : claimed;
    if (!learner && claimed) return say("notOfUs", {}, "harm"); // the code of one of ours, with a seal that we never made
    await record(chosen(), learner, { pass: shown });
    return true;
  }

  // The code on this screen

  const dialog = at("phone-code");
  let turning;
  async function drawCode() {
    const stop = chosen();
    const seconds = Math.floor((Date.now() - ahead) / 1000);
    const counter = Math.floor(seconds / STEP);
    const digits = await codeOf(stop.secret, counter);
    const told = new URLSearchParams({ s: stop.code, n: counter, c: digits });
    drawQr(`${bundle.address}?${told}`);
    at("phone-digits").textContent = `${digits.slice(0, 3)} ${digits.slice(3)}`;
    at("phone-left").value = STEP - (seconds % STEP);
  }

  at("phone-show").addEventListener("click", async () => {
    if (!crypto.subtle) return say("noCode", {}, "clay");
    at("phone-code-title").textContent = chosen().title;
    await drawCode();
    dialog.showModal();
    navigator.wakeLock?.request("screen").catch(() => {});
    turning = setInterval(drawCode, 1000);
  });
  dialog.addEventListener("close", () => clearInterval(turning));

  // A walk-in

  const adding = at("phone-add");
  const form = adding.querySelector("form");
  at("phone-walk-in").addEventListener("click", () => {
    at("phone-add-error").hidden = true;
    adding.showModal();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = Object.fromEntries(["name", "phone", "community"].map((name) => [name, form.elements[name].value.trim()]));
    const wrong = !told.name ? "noName" : told.phone && !/^1\d{10}$/.test(told.phone.normalize("NFKC").replace(/[\s-]|^\+?86/g, "")) ? "badPhone" : "";
    at("phone-add-error").hidden = !wrong;
    if (wrong) {
      at("phone-add-error").textContent = word(wrong);
      form.elements[wrong === "noName" ? "name" : "phone"].focus();
      return;
    }
    const stop = chosen();
    adding.close(); // before the phone is asked for room: the words stay in the form until it has said yes
    if (!(await keep({ do: "walk_in", stop: stop.code, ...told }, { stop: stop.code, name: told.name }))) return;
    form.reset();
    say("addedWalkIn", { name: told.name, stop: stop.title, at: Outbox.clockTime(Date.now()) }, "leaf");
  });

  // What other phones have recorded

  async function look() {
    if (document.hidden) return;
    try {
      const response = await fetch(root.dataset.now, { headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout?.(8000) });
      isSignedOut = response.type === "opaqueredirect" || response.status === 403;
      if (!response.ok) return drawState();
      const told = await response.json();
      await outbox.learnTime(told.now);
      known = told;
      isListOld = told.sum !== root.dataset.sum;
    } catch {
      return; // no network: what is known stays
    }
    await refresh();
  }

  // Whether the page itself is on the phone

  let keeping = "notReady";
  async function watchKeeping() {
    if (!navigator.serviceWorker || !globalThis.caches) {
      keeping = "noWorker";
      return drawState();
    }
    for (let turn = 0; turn < KEPT_PATIENCE && keeping !== "ready"; turn += 1) {
      if (await caches.match(location.pathname, { ignoreVary: true })) keeping = "ready";
      else await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    drawState();
  }

  place.stop.replaceChildren(...bundle.stops.map((stop) => new Option(stop.title, stop.code)));
  place.stop.value = nearest(bundle.stops, Date.now() - ahead)?.code ?? "";
  place.stop.addEventListener("change", draw);
  place.find.addEventListener("input", draw);
  at("phone-missing").addEventListener("change", draw);
  for (const input of root.querySelectorAll("[name=what]")) input.addEventListener("change", draw);
  Scanner.fill(at("phone-scan"), scanned);
  outbox.changed = async (found) => {
    trouble = found;
    await refresh();
  };
  await refresh();
  watchKeeping();
  setInterval(look, LOOK);
  await outbox.start();
  await look();
  addEventListener("online", look);
}

function notice(sentences) {
  const elements = sentences.map((sentence) => {
    const element = at("phone-notice").content.firstElementChild.cloneNode(true);
    element.querySelector("[data-words]").textContent = sentence;
    return element;
  });
  at("phone-notes").replaceChildren(...elements);
}

function stopWith(name) {
  at("phone-state").textContent = "";
  notice([word(name)]);
}

/** The stop that is on, or comes next; else the last one. */
function nearest(stops, now) {
  const timed = stops.filter((stop) => stop.ends ?? stop.starts);
  return timed.find((stop) => (stop.ends ?? stop.starts) >= now) ?? timed.at(-1) ?? stops[0];
}

/** Six digits from the stop's secret (hex) and the half-minute: HOTP (RFC 4226) over SHA-256, as the server does. */
async function codeOf(secret, counter) {
  const bytes = Uint8Array.from(secret.match(/../g), (pair) => Number.parseInt(pair, 16));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const message = new DataView(new ArrayBuffer(8));
  message.setBigUint64(0, BigInt(counter));
  const digest = new DataView(await crypto.subtle.sign("HMAC", key, message.buffer));
  const number = digest.getUint32(digest.getUint8(digest.byteLength - 1) & 0x0f) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

function drawQr(text) {
  const picture = at("phone-qr");
  const rows = QR.encode(text, "raw");
  const shape = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shape);
  picture.setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
  picture.setAttribute("shape-rendering", "crispEdges");
  picture.replaceChildren(path);
}
