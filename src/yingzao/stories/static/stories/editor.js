// Writing a story: pictures into the text by a press, and a question before unsaved words are lost. All else is forms.

const form = document.querySelector("[data-story-form]");
const text = document.querySelector("[data-story-text]");
const kept = document.querySelector("[data-kept]");

for (const button of document.querySelectorAll("[data-place]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const src = button.closest("li")?.querySelector("img")?.getAttribute("src") ?? "";
    put({ kind: "picture", mark: button.dataset.place, number: button.dataset.place.replace(/\D/g, ""), src });
  });
}

// To where the cursor stands: on the writing surface where it is in use, else in the source.
function put(what) {
  if (!form.dispatchEvent(new CustomEvent("story:put", { detail: what, cancelable: true }))) return;
  const { selectionStart: start, selectionEnd: end, value } = text;
  if (what.kind === "figure") text.setRangeText(what.mark, start, end, "end");
  else {
    const before = value.slice(0, start).replace(/\n*$/, "");
    const after = value.slice(end).replace(/^\n*/, "");
    text.value = `${before}${before ? "\n\n" : ""}${what.mark}\n\n${after}`;
    const cursor = before.length + (before ? 2 : 0) + what.mark.length;
    text.setSelectionRange(cursor, cursor);
  }
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

const said = document.querySelector("[data-material-said]");
const sheet = document.querySelector("[data-material-sheet]");

for (const button of document.querySelectorAll("[data-put]")) {
  button.addEventListener("click", async (event) => {
    event.preventDefault(); // without this script it saves the story with it at the end
    const what = { ...button.dataset, kind: button.dataset.put };
    if (what.kind !== "figure") {
      button.disabled = true;
      const told = await fetched(button.value);
      button.disabled = false;
      if (!told) return;
      Object.assign(what, told);
    }
    if (what.kind === "picture") button.replaceWith(Object.assign(document.createElement("span"), { className: "soft small", textContent: said.dataset.taken }));
    if (sheet?.open) sheet.close();
    put(what);
    tell(`${said.dataset.words} ${what.title || what.mark}`);
  });
}

/** Words or a photo of the material, as they go into the text. */
async function fetched(put) {
  const typed = new FormData();
  typed.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  typed.set("put", put);
  try {
    const answer = await fetch(form.dataset.putting, { method: "POST", body: typed });
    const told = await answer.json();
    if (answer.ok) return told;
    tell(told.sentence);
  } catch {
    tell(said.dataset.gone);
  }
  return null;
}

// In the sheet and, where that is closed, beside the buttons that stay in view.
function tell(sentence) {
  said.textContent = sentence;
  kept.textContent = sheet?.isConnected && !sheet.open ? sentence : kept.textContent;
}

// On a narrow page the material is a sheet that opens over the text, else it stands beside it.
const material = document.querySelector("[data-material]");
const narrow = window.matchMedia("(max-width: 79.99rem)");
const side = material?.parentElement;

function place() {
  for (const opener of document.querySelectorAll("[data-open-material]")) opener.hidden = !narrow.matches;
  if (narrow.matches) {
    sheet.append(material);
    material.open = true;
  } else {
    if (sheet.open) sheet.close();
    side.prepend(material);
  }
}

if (material && sheet?.showModal) {
  place();
  narrow.addEventListener("change", place);
  document.querySelector("[data-open-material]").addEventListener("click", () => {
    said.textContent = "";
    sheet.showModal();
  });
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close()); // beside it
}

// A word that is known already, into a field that takes several.
for (const button of document.querySelectorAll("[data-add-to]")) {
  button.hidden = false;
  if (button.nextElementSibling?.matches("[data-plain]")) button.nextElementSibling.hidden = true;
  button.addEventListener("click", () => {
    const into = form.elements[button.dataset.addTo];
    const there = into.value.split(/[、，,;；]/).map((word) => word.trim()).filter(Boolean);
    if (!there.includes(button.dataset.word)) into.value = [...there, button.dataset.word].join("、");
    into.dispatchEvent(new Event("input", { bubbles: true }));
    into.focus();
  });
}

let unsaved = false;
let leaving = false; // what is typed is at the server: the page may go
let asking = false;
form.addEventListener("input", () => (unsaved = true));
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// What is typed is kept every few seconds for its writer alone, so that a closed tab loses nothing.
const EVERY = 4000;
let waiting = null;

/** Whether the server answered. A page that goes away can send no more than 64 KB. */
async function keep(goingAway = false) {
  waiting = null;
  const typed = new FormData(form);
  for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: typed, keepalive: goingAway });
    if (answer.ok || answer.status === 422) kept.textContent = (await answer.json()).sentence;
    return true;
  } catch {
    kept.textContent = kept.dataset.offline;
    later(); // no network just now
    return false;
  }
}

function later() {
  if (leaving) return; // it would be offered again although it was saved
  waiting ??= setTimeout(() => keep(), EVERY);
}

form.addEventListener("input", later);
window.addEventListener("online", () => unsaved && keep());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && waiting !== null && !leaving) {
    clearTimeout(waiting);
    keep(true);
  }
});

// A page that is left without a network is gone with what was written in it: it stays until the server has the text.
form.addEventListener("submit", async (event) => {
  clearTimeout(waiting);
  if (leaving || !form.requestSubmit) {
    unsaved = false;
    return;
  }
  event.preventDefault();
  if (asking) return; // pressed twice
  asking = true;
  const button = event.submitter;
  leaving = await keep();
  asking = false;
  if (leaving) form.requestSubmit(button);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) leaving = false;
});
