// What is typed is kept on the phone at once and at the server within seconds, so that a tab that dies loses next to nothing.
//
// Kept under `yz-work:<task>:<account>`: {number of the version, at: when it was typed, fields}. What the server has kept since is
// newer and wins; a copy of a version that was handed in is dropped.

const EVERY = 3_000; // ms between two savings while somebody types
const form = document.getElementById("work");
if (form) begin();

function begin() {
  const place = `yz-work:${form.dataset.work}`;
  const saved = document.getElementById("saved");
  const areas = [...form.querySelectorAll("textarea")];
  const number = form.elements.number.value;
  let timer = 0;
  let last = 0;
  let isSending = false;
  let isDirty = false;

  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null;
    }
  };
  const keep = () => {
    const fields = Object.fromEntries(areas.map((area) => [area.name, area.value]));
    try {
      localStorage.setItem(place, JSON.stringify({ number, at: Date.now(), fields }));
    } catch {
      // this browser keeps nothing; the server does
    }
  };
  const forget = () => {
    try {
      localStorage.removeItem(place);
    } catch {
      // nothing was kept
    }
  };

  const count = () => {
    for (const line of form.querySelectorAll("[data-count-of]")) {
      const area = form.elements[line.dataset.countOf];
      const asked = Number(area.dataset.asked);
      const words = asked ? form.dataset.countedOf : form.dataset.counted;
      const documents = Number(line.dataset.documents || 0);
      const n = area.value.replace(/\s/gu, "").length + documents;
      const told = words.replace("{n}", String(n)).replace("{asked}", String(asked));
      const more = documents ? form.dataset.withDocuments.replace("{n}", String(documents)) : "";
      line.textContent = more ? `${told} · ${more}` : told;
    }
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    isDirty = false;
    last = Date.now();
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const area of areas) body.append(area.name, area.value);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      saved.textContent = (await answer.text()).trim();
    } catch {
      isDirty = true;
      saved.textContent = form.dataset.offline;
    }
    isSending = false;
    if (isDirty) plan();
  };
  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(0, last + EVERY - Date.now()));
  };

  const kept = read();
  const savedAt = Number(form.dataset.savedAt || 0) * 1000;
  if (kept && kept.number === number && kept.at > savedAt + 1000) {
    const lost = areas.filter((area) => area.name in kept.fields && kept.fields[area.name] !== area.value);
    const isWrong = form.querySelector("[aria-invalid=true], .error-summary") !== null; // the page holds what was just posted
    if (lost.length && !isWrong) {
      for (const area of lost) area.value = kept.fields[area.name];
      saved.textContent = form.dataset.restored;
      isDirty = true;
      plan();
    }
  } else if (kept && kept.number !== number) {
    forget();
  }
  count();

  form.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement) {
      keep();
      count();
      isDirty = true;
      plan();
    }
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  window.addEventListener("online", () => isDirty && plan());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && isDirty && send());
}
