// A form is kept on the phone while it is filled in, is sent when there is a network, and arrives once.
//
// Before it is sent the page is asked for anew: a kept copy may have been overtaken by a closing, by another account, by
// other questions. That page also gives a token that is good now.

const RETRY = 30_000; // ms
const form = document.querySelector("form[data-survey]");
const done = document.getElementById("survey-done");
if (done) forgetAll(done.dataset.draftPlace);
if (form) begin();

function begin() {
  const place = `yz-survey:${form.dataset.survey}`;
  const corner = document.getElementById("survey-state");
  const begun = Date.now();
  let spent = 0; // seconds before this page was opened
  let isSending = false;

  const say = (word) => {
    corner.hidden = false;
    corner.textContent = corner.dataset[word];
  };
  const own = (name) => name && !["csrfmiddlewaretoken", "version", "promised"].includes(name);

  // What is kept: {fields: pairs of name and value, waits: whether it is to be sent}
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null; // this browser keeps nothing
    }
  };
  const keep = (waits = false) => {
    form.elements.seconds.value = String(spent + Math.round((Date.now() - begun) / 1000));
    const fields = [...new FormData(form)].filter(([name]) => own(name));
    try {
      localStorage.setItem(place, JSON.stringify({ fields, waits }));
      return true;
    } catch {
      return false;
    }
  };
  const take = ({ fields }) => {
    for (const input of form.elements) {
      if (!own(input.name)) continue;
      const values = fields.filter(([name]) => name === input.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(input.type)) input.checked = values.includes(input.value);
      else if (input.tagName !== "BUTTON") input.value = values[0] ?? "";
    }
    spent = Number(form.elements.seconds.value) || 0;
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    say("sending");
    const isKept = keep(true);
    try {
      await deliver();
    } catch {
      say(isKept ? "waits" : "lost");
    } finally {
      isSending = false;
    }
  };

  const deliver = async () => {
    const address = location.pathname;
    const answer = await fetch(address, { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") return location.assign(address); // to sign in first; it is sent afterwards
    const page = parsed(await answer.text());
    const now = page.querySelector("form[data-survey]");
    if (answer.status !== 200 || !now) {
      if (answer.status === 200 && page.getElementById("main")) return replaceBy(page); // closed, or answered already
      keep(answer.status >= 500);
      return say("failed");
    }
    if (now.dataset.survey !== form.dataset.survey) {
      keep();
      return say(account(now) === account(form) ? "changed" : "stranger");
    }
    form.elements.csrfmiddlewaretoken.value = now.elements.csrfmiddlewaretoken.value;
    const sent = await fetch(address, { method: "POST", body: new FormData(form) });
    if (sent.redirected && sent.ok) return location.assign(sent.url);
    const refused = parsed(await sent.text());
    keep();
    if (sent.status === 422 && refused.getElementById("main")) return replaceBy(refused);
    say("failed");
  };

  const draft = read();
  const isWrong = form.querySelector(".error-summary");
  if (draft && !isWrong) {
    take(draft);
    say("back");
    if (draft.waits && navigator.onLine) send();
  }

  const sendWaiting = () => form.isConnected && !document.hidden && navigator.onLine && read()?.waits && send();
  addEventListener("online", sendWaiting);
  document.addEventListener("visibilitychange", sendWaiting);
  setInterval(sendWaiting, RETRY); // a server that comes back tells nobody

  form.addEventListener("input", () => say(keep() ? "kept" : "lost"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
}

function account(of) {
  return of.dataset.survey.split(":")[1];
}

/** The form has arrived: nothing of it stays on this phone. */
function forgetAll(of) {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(`yz-survey:${of}:`)) localStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** What the server says stands in place of this page, with the fields as they were sent. */
function replaceBy(page) {
  document.getElementById("main").replaceWith(document.adoptNode(page.getElementById("main")));
  document.getElementById("main").scrollIntoView();
  document.querySelector("#main [data-focus]")?.focus();
  import(`${import.meta.url.split("?")[0]}?again=${Date.now()}`);
}
