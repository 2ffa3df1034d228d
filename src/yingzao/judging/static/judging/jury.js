// What a judge chose is saved at once; the corner says whether it is. Keys, large type, and two pages at once.

const corner = () => document.getElementById("saved");

const say = (shape, words) => {
  const state = corner();
  if (!state) return;
  state.className = `state ${shape}`;
  state.textContent = words;
};

document.addEventListener("htmx:beforeRequest", () => say("part", corner()?.dataset.saving ?? ""));
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => say("soon", corner()?.dataset.failed ?? ""));
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (detail.xhr.status === 409) {
    // Another page or device saved in the meantime: both values stand in the answer, each for its own place.
    detail.shouldSwap = true;
    detail.isError = false;
    detail.swapOverride = "none";
    say("soon", corner()?.dataset.failed ?? "");
    return;
  }
  // A refusal (422) is shown above the sheet instead of where the level's words stand.
  if (detail.xhr.status !== 422) return;
  detail.target = document.getElementById("messages");
  detail.swapOverride = "innerHTML";
  say("soon", corner()?.dataset.failed ?? "");
  detail.target.scrollIntoView({ block: "nearest" });
});

// Keys: j and k go from criterion to criterion, digits mark the one that has the focus (0 stands for 10).

const criteria = () => [...document.querySelectorAll("fieldset.criterion")];
const radios = (fieldset) => [...fieldset.querySelectorAll('input[type="radio"]')];
const points = (fieldset) => fieldset.querySelector('input[type="number"]');
const here = () => document.activeElement?.closest?.("fieldset.criterion");
const isMarked = (each) => (points(each) ? points(each).value !== "" : radios(each).some((radio) => radio.checked));
const unmarked = () => criteria().find((each) => !isMarked(each));

const goTo = (fieldset) => {
  if (!fieldset) return;
  const all = radios(fieldset);
  (points(fieldset) ?? all.find((radio) => radio.checked) ?? all[0])?.focus({ focusVisible: true });
  fieldset.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  if (document.querySelector('[data-keys][aria-pressed="false"]')) return;
  const field = event.target.closest?.('textarea, select, input:not([type="radio"]), [contenteditable]');
  const typing = field && !(field.closest("fieldset.criterion") && /^[jk]$/.test(event.key));
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const all = criteria();
  const at = all.indexOf(here());
  if (event.key === "j") goTo(at < 0 ? unmarked() ?? all[0] : all[Math.min(at + 1, all.length - 1)]);
  else if (event.key === "k") goTo(all[Math.max(at - 1, 0)]);
  else if (/^[0-9]$/.test(event.key)) {
    const fieldset = here() ?? unmarked();
    const radio = fieldset && radios(fieldset)[(Number(event.key) || 10) - 1];
    if (!radio) return;
    radio.focus({ focusVisible: true });
    radio.click();
  } else return;
  event.preventDefault();
});

// Large type, and whether single keys do anything, stay chosen on this device.

const remember = (selector, key, first, show) => {
  const button = document.querySelector(selector);
  const set = (on) => {
    button?.setAttribute("aria-pressed", String(on));
    show(on);
  };
  try {
    set((localStorage.getItem(key) ?? first) === "1");
  } catch {
    set(first === "1"); // No storage in this browser: as usual each time.
  }
  button?.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    set(on);
    try {
      localStorage.setItem(key, on ? "1" : "0");
    } catch {
      // As above.
    }
  });
};

remember("[data-large]", "yz-jury-large", "0", (on) => {
  document.querySelector(".jury-sheet")?.classList.toggle("is-large", on);
});
remember("[data-keys]", "yz-jury-keys", "1", () => {});
