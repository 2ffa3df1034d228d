// A survey is kept on the phone while it is filled in, shows what is asked as things stand, and arrives once.
//
// The key is the page's, made on the phone: a double tap, the way back and what is sent again are one answer. The server decides what is asked
// and has the last word on every answer; what is said here only saves a way to it.

import { holds, parse } from "./expressions.js";

const RETRY = 30_000; // ms
const form = document.querySelector("form[data-resident-survey]");
const done = document.getElementById("survey-done");
if (done) forgetAll(done.dataset.draftPlace);
if (form) begin();

function begin() {
  const place = `yz-resident:${form.dataset.residentSurvey}`;
  const corner = document.getElementById("survey-state");
  const blocks = [...form.querySelectorAll("[data-name]")];
  const questions = blocks.filter((block) => block.dataset.kind);
  let isSending = false;

  const say = (word) => {
    corner.hidden = false;
    corner.textContent = corner.dataset[word] + (word === "waits" && hasPhotos() ? ` ${corner.dataset.photos}` : "");
  };
  const hasPhotos = () => [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);

  // What is asked

  const understood = (source) => {
    try {
      return source ? parse(source) : null;
    } catch {
      return null; // the server will say
    }
  };
  const conditions = new Map(blocks.map((block) => [block, understood(block.dataset.relevant)]));
  const limits = new Map(questions.map((block) => [block, understood(block.dataset.constraint)]));

  const inputs = (block) => [...block.querySelectorAll("[name]")];
  const textOf = (block) => {
    const own = inputs(block).filter((input) => input.name !== block.dataset.other);
    if (block.dataset.kind === "image") return own[0].files.length ? "photo" : "";
    if (["select_one", "select_multiple"].includes(block.dataset.kind)) {
      const chosen = own.filter((input) => input.checked).map((input) => input.value);
      return chosen.join(" ");
    }
    return own[0].value.normalize(["integer", "decimal"].includes(block.dataset.kind) ? "NFKC" : "NFC").trim();
  };
  const otherOf = (block) => (block.dataset.other ? form.elements[block.dataset.other].value.trim() : "");
  const isAsked = (block) => !block.hidden && !block.parentElement.closest("[data-name][hidden]");

  const texts = () => {
    const found = Object.create(null);
    for (const block of questions) {
      if (!isAsked(block)) continue;
      found[block.dataset.name] = textOf(block);
      if (block.dataset.other) found[`${block.dataset.name}_other`] = otherOf(block);
    }
    return found;
  };

  const look = () => {
    for (let round = 0; round <= blocks.length; round += 1) {
      const answers = texts();
      let hasChanged = false;
      for (const block of blocks) {
        const condition = conditions.get(block);
        const isOff = condition !== null && !holds(condition, answers);
        if (block.hidden !== isOff) {
          block.hidden = isOff;
          hasChanged = true;
        }
      }
      if (!hasChanged) break;
    }
    const asked = questions.filter(isAsked);
    form.elements.seen.value = asked.map((block) => block.dataset.name).join(" ");
    for (const block of questions) {
      if (!block.dataset.other) continue;
      const other = form.elements[block.dataset.other];
      other.parentElement.hidden = !textOf(block).split(" ").includes("other");
    }
    const line = form.querySelector("[data-progress]");
    const count = asked.filter((block) => textOf(block) !== "").length;
    line.hidden = false;
    line.textContent = line.dataset.progress.replace("{done}", count).replace("{all}", asked.length);
  };

  // What is wrong

  const wrong = (block, answers) => {
    const text = answers[block.dataset.name];
    if (text === "") return "required" in block.dataset ? block.dataset.required || corner.dataset.required : "";
    if (block.dataset.kind === "integer" && !/^-?[0-9]{1,15}$/.test(text.replaceAll(" ", ""))) return corner.dataset.integer;
    if (block.dataset.kind === "decimal" && !/^-?([0-9]{1,12}(\.[0-9]{1,6})?|\.[0-9]{1,6})$/.test(text.replaceAll(" ", ""))) return corner.dataset.decimal;
    if ("required" in block.dataset && block.dataset.other && text.split(" ").includes("other") && !otherOf(block)) return corner.dataset.words;
    const limit = limits.get(block);
    if (limit !== null && !holds(limit, answers, text)) return block.dataset.message || corner.dataset.constraint;
    return "";
  };
  const mark = (block, sentence) => {
    const line = block.querySelector(".field-error");
    block.classList.toggle("field-wrong", sentence !== "");
    line.hidden = sentence === "";
    line.querySelector("[data-error]").textContent = sentence;
    for (const input of inputs(block)) input.toggleAttribute("aria-invalid", sentence !== "");
  };
  const isRight = () => {
    const answers = texts();
    let first = null;
    const agreed = form.elements.consent;
    document.getElementById("consent-error").hidden = agreed.checked;
    document.getElementById("consent-line").classList.toggle("field-wrong", !agreed.checked);
    if (!agreed.checked) first = agreed;
    for (const block of questions) {
      const sentence = isAsked(block) ? wrong(block, answers) : "";
      mark(block, sentence);
      if (sentence) first ??= inputs(block)[0];
    }
    first?.focus();
    first?.closest(".field")?.scrollIntoView({ block: "center" });
    return first === null;
  };

  // What is kept: {fields: pairs of name and value, waits: whether it is to be sent}

  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null; // this browser keeps nothing
    }
  };
  const keep = (waits = false) => {
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["version", "seen"].includes(name));
    try {
      localStorage.setItem(place, JSON.stringify({ fields, waits }));
      return true;
    } catch {
      return false;
    }
  };
  const take = ({ fields }) => {
    for (const input of form.elements) {
      if (!input.name || ["version", "seen"].includes(input.name) || input.type === "file") continue;
      const values = fields.filter(([name]) => name === input.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(input.type)) input.checked = values.includes(input.value);
      else if (values.length) input.value = values[0];
    }
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    say("sending");
    const isKept = keep(true);
    try {
      const sent = await fetch(form.action, { method: "POST", body: new FormData(form), cache: "no-store" });
      if (sent.redirected && sent.ok) {
        forgetAll(form.dataset.residentSurvey.split(":")[0]);
        location.replace(sent.url);
        return;
      }
      const page = new DOMParser().parseFromString(await sent.text(), "text/html");
      keep(sent.status >= 500);
      if ([409, 422, 429].includes(sent.status) && page.getElementById("main")) replaceBy(page);
      else say("failed");
    } catch {
      say(isKept ? "waits" : "lost");
    } finally {
      isSending = false;
    }
  };

  const draft = read();
  const isWrong = form.querySelector(".error-summary, .notice");
  if (draft && !isWrong) {
    take(draft);
    say("back");
  } else if (!isWrong) {
    form.elements.key.value = newKey(); // a page kept for want of a network brings its old one along
  }
  look();
  if (draft?.waits && !isWrong && navigator.onLine) send();

  const sendWaiting = () => form.isConnected && !document.hidden && navigator.onLine && read()?.waits && send();
  addEventListener("online", sendWaiting);
  document.addEventListener("visibilitychange", sendWaiting);
  setInterval(sendWaiting, RETRY); // a server that comes back tells nobody

  form.addEventListener("input", () => {
    look();
    say(keep() ? "kept" : "lost");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
    if (isRight()) send();
    else say("wrong");
  });

  for (const button of form.querySelectorAll("[data-locate]")) offerPlace(button);

  function offerPlace(button) {
    if (!navigator.geolocation || !isSecureContext) return;
    const line = button.closest("[data-locate-line]");
    const state = line.querySelector("[data-locate-state]");
    line.hidden = false;
    button.addEventListener("click", () => {
      state.textContent = button.dataset.asking;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.elements[button.dataset.locate].value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} ${Math.round(coords.accuracy)}`;
          state.textContent = button.dataset.found;
          form.dispatchEvent(new Event("input"));
        },
        () => (state.textContent = button.dataset.failed),
        { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
      );
    });
  }
}

/** A key as the server makes them, also where the page came without encryption. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The answer has arrived: nothing of it stays on this phone. */
function forgetAll(of) {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(`yz-resident:${of}:`)) localStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
}

/** What the server says stands in place of this page, with the fields as they were sent and the photos that were chosen. */
function replaceBy(page) {
  const chosen = [...document.querySelectorAll("form[data-resident-survey] input[type=file]")];
  document.getElementById("main").replaceWith(document.adoptNode(page.getElementById("main")));
  for (const input of chosen) document.getElementById(input.id)?.replaceWith(input);
  document.getElementById("main").scrollIntoView();
  document.querySelector("#main [data-focus]")?.focus();
  import(`${import.meta.url.split("?")[0]}?again=${Date.now()}`);
}
