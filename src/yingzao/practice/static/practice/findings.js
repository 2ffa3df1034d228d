// Leaders and needs are kept on the phone while they are written, wait there for a network, and each arrives once, by its key.
//
// Before a record is sent its form is asked for anew: that page tells whether somebody has to sign in first, whose it is now,
// and gives a token that is good now. A record of one account is never sent by another. Photos are not kept: they need a network.

const RETRY = 30_000; // ms
const list = document.getElementById("finding-waiting");
const form = document.querySelector("form[data-finding]");
if (list) begin();

function begin() {
  const { account } = list.dataset;
  const addresses = { leader: list.dataset.leader, need: list.dataset.need };
  const prefix = `yz-finding:${account}:`;
  let isSending = false;
  let isSignedOut = false;

  const word = (name) => document.getElementById("finding-words").content.querySelector(`[data-word=${name}]`).textContent;
  const say = (name) => {
    const corner = document.getElementById("finding-state");
    if (!corner) return;
    corner.hidden = false;
    corner.textContent = corner.dataset[name];
  };

  // What is kept, by its key: {key, kind, fields: pairs of name and value, title, state: writing | waits | refused, sentence, at}

  const parse = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  };
  const read = (key) => {
    try {
      return parse(localStorage.getItem(prefix + key));
    } catch {
      return null; // this browser keeps nothing
    }
  };
  const put = (record) => {
    try {
      localStorage.setItem(prefix + record.key, JSON.stringify(record));
      return true;
    } catch {
      return false;
    }
  };
  const drop = (key) => {
    try {
      localStorage.removeItem(prefix + key);
    } catch {
      // nothing was kept
    }
  };
  const all = () => {
    try {
      const names = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
      return names.map((name) => parse(localStorage.getItem(name))).filter(Boolean).sort((a, b) => a.at - b.at);
    } catch {
      return [];
    }
  };

  // The list of what has not arrived

  function draw() {
    const own = form?.isConnected ? form.elements.key.value : "";
    const rows = all().filter((record) => record.key !== own || record.state !== "writing");
    list.hidden = !rows.length;
    document.getElementById("finding-rows").replaceChildren(...rows.map(line));
  }

  function line(record) {
    const element = document.getElementById("finding-row").content.firstElementChild.cloneNode(true);
    element.dataset.state = record.state;
    element.querySelector("[data-what]").textContent = `${word(record.kind)} · ${record.title || word("nameless")}`;
    element.querySelector("[data-said]").textContent =
      record.state === "refused" ? record.sentence || word("refused") : word(record.state === "waits" && isSignedOut ? "signIn" : record.state);
    element.querySelector("[data-open]").href = `${addresses[record.kind]}?draft=${record.key}`;
    element.querySelector("button").addEventListener("click", () => {
      if (!confirm(word("sure"))) return;
      drop(record.key);
      draw();
    });
    return element;
  }

  // Sending

  /** {is: arrived, to} | {is: wrong, page, sentence} | {is: offline | signIn | stranger | gone | failed} */
  async function deliver(record, files = []) {
    const address = addresses[record.kind];
    try {
      const answer = await fetch(address, { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") return { is: "signIn" };
      if (answer.status >= 500) return { is: "failed" };
      const now = parsed(await answer.text()).querySelector("form[data-finding]");
      if (!now) return { is: "gone" };
      if (now.dataset.account !== account) return { is: "stranger" };
      const body = new FormData();
      for (const [name, value] of [...record.fields, ...files]) body.append(name, value);
      body.append("csrfmiddlewaretoken", now.elements.csrfmiddlewaretoken.value);
      const sent = await fetch(address, { method: "POST", body });
      const { pathname } = new URL(sent.url);
      if (sent.redirected && sent.ok && pathname !== address && pathname.startsWith(address.replace(/new\/$/, ""))) return { is: "arrived", to: sent.url };
      if (sent.redirected) return { is: "signIn" };
      const page = parsed(await sent.text());
      const errors = [...page.querySelectorAll(".error-summary li")].map((one) => one.textContent.trim());
      return sent.status === 422 ? { is: "wrong", page, sentence: errors.join(" ") } : { is: "failed" };
    } catch {
      return { is: "offline" };
    }
  }

  /** Everything that waits, the oldest first, until something stands in the way of all of it. */
  async function sendWaiting() {
    if (isSending || document.hidden || !navigator.onLine) return;
    isSending = true;
    let arrived = 0;
    try {
      for (const record of all().filter((one) => one.state === "waits")) {
        const outcome = await deliver(record);
        isSignedOut = outcome.is === "signIn";
        if (outcome.is === "arrived") arrived += Boolean(drop(record.key) ?? true);
        else if (outcome.is === "wrong") put({ ...record, state: "refused", sentence: outcome.sentence });
        else if (outcome.is === "gone") put({ ...record, state: "refused", sentence: word("gone") });
        else break;
      }
    } finally {
      isSending = false;
    }
    draw();
    if (arrived && !form) location.reload(); // they stand in the page itself now
  }

  addEventListener("online", sendWaiting);
  document.addEventListener("visibilitychange", sendWaiting);
  setInterval(sendWaiting, RETRY); // a server that comes back tells nobody

  // The form

  function fill() {
    const own = (name) => name && name !== "csrfmiddlewaretoken";
    const pairs = () => [...new FormData(form)].filter(([name, value]) => own(name) && typeof value === "string");
    const files = () => [...new FormData(form)].filter(([, value]) => value instanceof File && value.size);
    const keep = (state) => {
      const { key, name, title } = form.elements;
      const record = { key: key.value, kind: form.dataset.finding, fields: pairs(), title: (name ?? title).value.trim(), state, sentence: "", at: read(key.value)?.at ?? Date.now() };
      return [record, put(record)];
    };
    const take = (record) => {
      for (const input of form.elements) {
        if (!own(input.name) || input.type === "file") continue;
        const values = record.fields.filter(([name]) => name === input.name).map(([, value]) => value);
        if (["radio", "checkbox"].includes(input.type)) input.checked = values.includes(input.value);
        else if (input.tagName !== "BUTTON") input.value = values[0] ?? "";
      }
    };
    const isNew = () => {
      form.elements.key.value = newKey();
      if ("kept" in document.documentElement.dataset) (form.elements.found_on ?? form.elements.raised_on).value = today();
    };

    let unchanged; // what was opened again, until something is written in it
    if (!form.querySelector(".error-summary")) {
      const wanted = new URLSearchParams(location.search).get("draft");
      const draft = wanted ? read(wanted) : all().find((one) => one.kind === form.dataset.finding && one.state === "writing");
      if (draft?.kind === form.dataset.finding) {
        take(draft);
        unchanged = draft;
        put({ ...draft, state: "writing" }); // not sent while it is open here
        say("back");
        if (draft.sentence) complain(draft.sentence);
      } else isNew();
    }

    addEventListener("pagehide", () => unchanged && put(unchanged));
    form.addEventListener("input", () => {
      unchanged = undefined;
      say(keep("writing")[1] ? "kept" : "lost");
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      unchanged = undefined;
      const [record, isKept] = keep("waits");
      say("sending");
      while (isSending) await new Promise((done) => setTimeout(done, 100));
      if (isKept && !read(record.key)) return; // it went with the others meanwhile
      isSending = true;
      const chosen = files();
      const outcome = await deliver(record, chosen).finally(() => (isSending = false));
      if (outcome.is === "arrived") {
        drop(record.key);
        return location.assign(outcome.to);
      }
      if (outcome.is === "wrong") {
        put({ ...record, state: "writing" });
        return replaceBy(outcome.page);
      }
      if (outcome.is === "signIn" && isKept) return location.assign(addresses[record.kind]); // it is sent afterwards
      if (outcome.is === "gone") {
        put({ ...record, state: "refused", sentence: word("gone") });
        return draw();
      }
      if (!isKept) return say("lost");
      form.reset();
      isNew();
      draw();
      say(outcome.is === "offline" ? (chosen.length ? "photos" : "waits") : outcome.is);
      list.scrollIntoView({ block: "nearest" });
    });

    // Another tab has sent the same record: what is written on here is another one.
    addEventListener("storage", (event) => {
      if (!form.isConnected || event.key !== prefix + form.elements.key.value || event.newValue !== null) return;
      form.elements.key.value = newKey();
      say("elsewhere");
    });
    // Back from the page of what was recorded: the form stands as it was sent, and would be the same record again.
    addEventListener("pageshow", (event) => {
      if (!event.persisted || read(form.elements.key.value)) return;
      form.reset();
      isNew();
    });
  }

  function complain(sentence) {
    const trouble = document.getElementById("finding-trouble");
    list.hidden = false;
    trouble.textContent = sentence;
    trouble.hidden = false;
  }

  if (form) fill();
  draw();
  sendWaiting();
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** Today in the time of the programme, as a date field takes it. */
function today() {
  return new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
}

/** A random UUID; `crypto.randomUUID` is not there without TLS. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** A refusal: its page stands in place of this one, with the fields as they were sent. */
function replaceBy(page) {
  document.getElementById("main").replaceWith(document.adoptNode(page.getElementById("main")));
  delete document.documentElement.dataset.kept;
  document.getElementById("main").scrollIntoView();
  document.querySelector("#main [data-focus]")?.focus();
  import(`${import.meta.url.split("?")[0]}?again=${Date.now()}`);
}
