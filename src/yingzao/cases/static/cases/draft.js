// A reflection is kept on the phone while it is written, is sent when there is a network, and arrives once: its key goes
// with it, and the page names the keys that have arrived.

const form = document.querySelector("form[data-draft]");
if (form) begin();

function begin() {
  const place = `yz-draft:${form.dataset.draft}`;
  const area = form.elements.text;
  const key = form.elements.key;
  const corner = document.getElementById("draft-state");
  const arrived = new Set(form.dataset.arrived.split(" "));

  const say = (word) => {
    corner.hidden = false;
    corner.textContent = corner.dataset[word];
  };
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null;
    }
  };
  const keep = (waits = false, tries = 0) => {
    try {
      localStorage.setItem(place, JSON.stringify({ text: area.value, key: key.value, waits, tries }));
      return true;
    } catch {
      return false;
    }
  };
  const forget = () => localStorage.removeItem(place);
  const take = (draft) => {
    area.value = draft.text;
    key.value = draft.key;
  };

  const send = async () => {
    let answer;
    try {
      answer = await fetch(location.href, { method: "POST", body: new FormData(form), redirect: "manual" });
    } catch {
      say(keep(true) ? "waits" : "lost");
      return;
    }
    // It has arrived, or somebody has to sign in first: the page that comes back names what has arrived.
    if (answer.type === "opaqueredirect") {
      const tries = (read()?.tries ?? 0) + 1;
      keep(tries < 3, tries);
      location.reload();
      return;
    }
    keep();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.getElementById("main");
    if (answer.status !== 422 || !main) {
      say("failed");
      return;
    }
    document.getElementById("main").replaceWith(document.adoptNode(main));
    document.getElementById("main").scrollIntoView();
    import(`${import.meta.url}?again=${Date.now()}`);
  };

  let draft = read();
  if (draft && arrived.has(draft.key)) {
    forget();
    draft = null;
  }
  if (draft?.text && (!area.value || draft.waits)) {
    take(draft);
    say("back");
  }
  if (draft?.waits && navigator.onLine) send();

  area.addEventListener("input", () => say(keep() ? "kept" : "lost"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(false, read()?.tries ?? 0);
    send();
  });
  addEventListener("online", () => form.isConnected && read()?.waits && send());
  // Another tab writes the same reflection, or has handed it in.
  addEventListener("storage", (event) => {
    if (event.key !== place || !form.isConnected) return;
    const other = read();
    if (other) {
      if (!document.hasFocus()) take(other);
    } else {
      key.value = crypto.randomUUID();
      say("elsewhere");
    }
  });
}
