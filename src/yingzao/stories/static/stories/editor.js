// Writing a story: pictures into the text by a press, and a question before unsaved words are lost. All else is forms.

const form = document.querySelector("[data-story-form]");
const text = document.querySelector("[data-story-text]");

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
for (const button of document.querySelectorAll("[data-put]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault(); // without this script it saves the story with it at the end
    put({ ...button.dataset, kind: button.dataset.put });
    if (said) said.textContent = `${said.dataset.words} ${button.dataset.title || button.dataset.mark}`;
  });
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
form.addEventListener("input", () => (unsaved = true));
form.addEventListener("submit", () => (unsaved = false));
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// What is typed is kept every few seconds for its writer alone, so that a closed tab loses nothing.
const kept = document.querySelector("[data-kept]");
const EVERY = 4000;
let waiting = null;

async function keep() {
  waiting = null;
  const typed = new FormData(form);
  for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: typed, keepalive: true });
    if (answer.ok || answer.status === 422) kept.textContent = (await answer.json()).sentence;
  } catch {
    later(); // no network just now
  }
}

function later() {
  waiting ??= setTimeout(keep, EVERY);
}

form.addEventListener("input", later);
form.addEventListener("submit", () => clearTimeout(waiting));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && waiting !== null) {
    clearTimeout(waiting);
    keep();
  }
});
