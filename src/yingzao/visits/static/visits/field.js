// Checking in on the learner's own phone, with or without a network (outbox.js keeps and delivers).

const DONE = new Set(["counted", "again", "waiting", "timeless"]);

const root = document.querySelector("[data-field]");
if (root) begin();

async function begin() {
  const list = document.getElementById("field-list");
  const form = root.querySelector("form");
  const outbox = await Outbox.open(root);
  const scanned = new URLSearchParams(location.search);
  const code = form.elements.code;
  const isOver = root.hidden; // nothing is left to do here, but something may still wait to be sent
  if (scanned.get("c") && !code.value) code.value = scanned.get("c");
  offerScanning();
  if (!outbox) return; // the form goes the ordinary way
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const digits = code.value.trim();
    if (!digits) return complain(root.dataset.empty);
    await keep(event.submitter?.value ?? "in", digits);
  });

  async function keep(what, digits) {
    const told = { do: what, digits };
    if (digits === scanned.get("c")) {
      told.stop = scanned.get("s") ?? "";
      if (scanned.get("n")) told.counter = Number(scanned.get("n"));
    }
    if ("place" in root.dataset) told.place = await Outbox.place();
    const kept = await outbox.keep(told).catch(() => undefined);
    if (!kept) return sendUnkept(told);
    code.value = "";
    complain("");
    await show();
    await outbox.deliver();
    const row = await outbox.find(kept.key);
    if (row && DONE.has(row.state)) showAnew();
  }

  /** The phone has no room: with a network the server takes it all the same. */
  async function sendUnkept(told) {
    const receipt = await outbox.sendUnkept(told);
    if (!receipt) return complain(root.dataset.noRoom);
    if (receipt.state === "refused") return complain(receipt.sentence);
    code.value = "";
    showAnew();
  }

  function showAnew() {
    if (!("kept" in document.documentElement.dataset)) location.replace(location.pathname);
  }

  /** Reading the code on the page itself: by the camera where the browser lets it, by a photo of it everywhere. */
  function offerScanning() {
    const scanning = document.getElementById("field-scan");
    if (!scanning || !globalThis.Scanner) return;
    Scanner.fill(scanning, (text) => {
      const told = askedBy(text);
      if (!told?.get("c")) return false;
      for (const [name, value] of told) scanned.set(name, value);
      code.value = told.get("c");
      complain("");
      return true;
    });
  }

  async function show(trouble = "") {
    const rows = (await outbox.rows()).filter((row) => row.what === "in" || row.what === "out");
    list.hidden = !rows.length;
    root.hidden = isOver && !rows.some((row) => row.state === "unsent" || row.state === "refused");
    // The page as it was kept knows of no check-in since: who checked in on it may check out on it.
    if (rows.some((row) => row.what === "in" && row.state !== "refused")) document.getElementById("field-leave").hidden = false;
    list.replaceChildren(...rows.map(line));
    if (trouble && rows.some((row) => row.state === "unsent")) list.append(note(root.dataset[trouble]));
  }

  function line(row) {
    const element = document.getElementById("field-line").content.firstElementChild.cloneNode(true);
    const word = row.state === "unsent" ? "unsent" : row.state === "refused" ? "refused" : row.state === "counted" || row.state === "again" ? "sent" : "waits";
    element.querySelector("[data-what]").textContent = `${row.what === "out" ? root.dataset.out : root.dataset.in} ${Outbox.clockTime(row.at)}`;
    element.querySelector("[data-said]").textContent = row.sentence || (word === "sent" ? root.dataset[row.what === "out" ? "sentOut" : "sentIn"].replace("STOP", row.title ?? "") : root.dataset[word]);
    element.dataset.state = word;
    const [again, button] = element.querySelectorAll("button");
    again.hidden = !Outbox.mayGoAgain(row);
    again.addEventListener("click", () => outbox.again(row.key).then(() => outbox.deliver()));
    button.hidden = row.state !== "refused";
    button.addEventListener("click", () => outbox.forget(row.key).then(() => show()));
    return element;
  }

  /** What the address of a stop's code of this visit says; undefined for any other. */
  function askedBy(text) {
    try {
      const { pathname, searchParams } = new URL(text);
      return pathname === location.pathname ? searchParams : undefined;
    } catch {
      return undefined;
    }
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

  outbox.changed = show;
  await show();
  await outbox.start();
}
