// One keystroke a decision: 1–5 the candidate, 0 not a learner, arrows from name to name.

const names = () => [...document.querySelectorAll("[data-match]")];
const current = () => document.activeElement?.closest?.("[data-match]");

function move(step) {
  const all = names();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = all[Math.min(Math.max(at < 0 ? 0 : at + step, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
  if (event.key === "ArrowDown" || event.key === "j") move(1);
  else if (event.key === "ArrowUp" || event.key === "k") move(-1);
  else if (/^[0-9]$/.test(event.key)) {
    const match = current() ?? names()[0];
    const button = match?.querySelector(`[data-key="${event.key}"]`);
    if (!button) return;
    const all = names();
    following = all[all.indexOf(match) + 1];
    button.click();
  } else return;
  event.preventDefault();
});

// After a decision by key the next name is the current one.
let following;
document.addEventListener("htmx:afterSwap", () => {
  if (following?.isConnected) following.focus();
  following = undefined;
});
