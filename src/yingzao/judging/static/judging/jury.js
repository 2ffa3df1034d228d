// What a judge chose is saved at once; the corner says whether it is.

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
// A refusal (422) is shown above the sheet instead of where the level's words stand.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.target = document.getElementById("messages");
  event.detail.swapOverride = "innerHTML";
  say("soon", corner()?.dataset.failed ?? "");
  event.detail.target.scrollIntoView({ block: "nearest" });
});
