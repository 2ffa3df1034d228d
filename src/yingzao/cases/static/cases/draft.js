// A reflection is kept on the phone while it is written, is sent when there is a network, and arrives once.
//
// Before it is sent the page is asked for anew: a kept copy of it, another tab or another device may have been
// overtaken. That page tells who is signed in, what has arrived, and gives a token that is good now.

const RETRY = 30_000; // ms
const form = document.querySelector("form[data-draft]");
if (form) begin();

function begin() {
  const place = `yz-draft:${form.dataset.draft}`;
  const area = form.elements.text;
  const key = form.elements.key;
  const corner = document.getElementById("draft-state");
  const ask = document.getElementById("draft-ask");
  let isSending = false;

  const say = (word) => {
    corner.hidden = false;
    corner.textContent = corner.dataset[word];
  };

  // What is kept: {text, key, fields: pairs of what else was chosen, title of the case, waits: whether it is to be sent,
  // tries, pressed: when it was handed in on the phone, known: keys that had arrived when it was begun}
  const parse = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  };
  const read = () => {
    try {
      return parse(localStorage.getItem(place));
    } catch {
      return null; // this browser keeps nothing
    }
  };
  const keep = (more = {}) => {
    const title = document.querySelector("h1").textContent;
    const draft = { known: keysOf(arrivedOn(document)), waits: false, tries: 0, title, ...read(), ...more };
    try {
      localStorage.setItem(place, JSON.stringify({ ...draft, text: area.value, key: key.value, fields: fields() }));
      return true;
    } catch {
      return false;
    }
  };
  const forget = () => {
    try {
      localStorage.removeItem(place);
    } catch {
      // nothing was kept
    }
  };
  const isField = (name) => name && !["text", "key", "pressed_at", "csrfmiddlewaretoken"].includes(name);
  const fields = () => [...new FormData(form)].filter(([name]) => isField(name));
  const take = (draft) => {
    area.value = draft.text;
    key.value = draft.key;
    const had = draft.fields ?? fields();
    for (const input of form.elements) {
      if (!isField(input.name)) continue;
      if (input.type === "checkbox") input.checked = had.some(([name, value]) => name === input.name && value === input.value);
      else input.value = had.find(([name]) => name === input.name)?.[1] ?? "";
    }
  };

  const send = async (isFurther = false) => {
    if (isSending) return;
    isSending = true;
    ask.hidden = true;
    say("sending");
    try {
      const isKept = keep({ waits: true, pressed: read()?.pressed ?? new Date().toISOString() });
      await deliver(isFurther).catch(() => say(isKept ? "waits" : "lost"));
    } finally {
      isSending = false;
    }
  };

  const deliver = async (isFurther) => {
    const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") return again(); // to sign in first
    const now = parsed(await answer.text()).querySelector("form[data-draft]");
    if (answer.status !== 200 || !now) {
      keep({ waits: answer.status >= 500 }); // a server in trouble is asked again; a page that is gone is not
      return say("failed");
    }
    if (now.dataset.draft !== form.dataset.draft) return say("stranger");
    const arrived = arrivedOn(now.ownerDocument);
    if (isAmong(arrived, key.value, area.value)) {
      forget();
      return location.reload();
    }
    if (keysOf(arrived).includes(key.value)) key.value = newKey(); // it was written on after it had arrived
    const known = read()?.known ?? keysOf(arrivedOn(document));
    if (!isFurther && keysOf(arrived).some((one) => !known.includes(one))) {
      keep({ waits: false });
      corner.hidden = true;
      ask.hidden = false;
      ask.focus();
      return;
    }
    keep({ waits: true, known: keysOf(arrived) });
    form.elements.pressed_at.value = read()?.pressed ?? "";
    form.elements.csrfmiddlewaretoken.value = now.elements.csrfmiddlewaretoken.value;
    const sent = await fetch(location.href, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (sent.type === "opaqueredirect") return again();
    keep({ waits: false });
    const page = parsed(await sent.text());
    if (sent.status !== 422 || !page.getElementById("main")) return say("failed");
    replaceBy(page);
  };

  // The page as it is now, or signing in: the page that comes back names what has arrived. Not for ever.
  const again = () => {
    const tries = (read()?.tries ?? 0) + 1;
    keep({ waits: tries < 3, tries });
    location.reload();
  };

  let draft = read();
  if (draft && isAmong(arrivedOn(document), draft.key, draft.text)) {
    forget();
    draft = null;
  }
  if (draft?.text && (!area.value || draft.waits)) {
    take(draft);
    say("back");
  }
  if (draft?.waits && navigator.onLine) send();

  const sendWaiting = () => form.isConnected && !document.hidden && navigator.onLine && read()?.waits && send();
  addEventListener("online", sendWaiting);
  document.addEventListener("visibilitychange", sendWaiting);
  setInterval(sendWaiting, RETRY); // a server that comes back tells nobody

  form.addEventListener("input", () => {
    ask.hidden = true;
    say(keep({ waits: false, tries: 0, pressed: null }) ? "kept" : "lost");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  document.getElementById("draft-further").addEventListener("click", () => send(true));
  document.getElementById("draft-hold").addEventListener("click", () => {
    ask.hidden = true;
    say(keep({ waits: false }) ? "held" : "lost");
  });

  // Another tab writes the same reflection, or has handed it in.
  addEventListener("storage", (event) => {
    if (event.key !== place || !form.isConnected) return;
    const other = parse(event.newValue);
    if (other) {
      if (!document.hasFocus()) take(other);
      return;
    }
    if (area.value === parse(event.oldValue)?.text) area.value = "";
    key.value = newKey();
    ask.hidden = true;
    say("elsewhere");
  });
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** What a page says has arrived: pairs of a form's key and a text. */
function arrivedOn(page) {
  return JSON.parse(page.getElementById("arrived").textContent);
}

function keysOf(arrived) {
  return arrived.map(([key]) => key);
}

/** Line ends change on their way, and blanks around the text go. */
function isAmong(arrived, key, text) {
  const plain = (words) => words.replace(/\r\n?/g, "\n").trim();
  return arrived.some(([itsKey, itsText]) => itsKey === key && plain(itsText) === plain(text));
}

/** A random UUID; `crypto.randomUUID` is not there without TLS. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** A refusal: its page stands in place of this one, the text in its form. */
function replaceBy(page) {
  document.getElementById("main").replaceWith(document.adoptNode(page.getElementById("main")));
  delete document.documentElement.dataset.kept;
  document.getElementById("main").scrollIntoView();
  import(`${import.meta.url}?again=${Date.now()}`);
}
