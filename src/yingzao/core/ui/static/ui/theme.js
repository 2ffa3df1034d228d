// Runs before the first paint: follows the device unless the reader chose a theme, and says that scripts run.
(function () {
  const root = document.documentElement;
  root.classList.add("js");
  // A page that was kept on the phone does not know what was chosen since.
  const chosen = /(?:^|; )yz-theme=(light|dark|auto)/.exec(document.cookie)?.[1];
  if (chosen) root.dataset.theme = chosen;
  if (chosen === "light" || chosen === "dark") root.setAttribute("data-bs-theme", chosen);
  if (root.dataset.theme !== "auto") return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  follow();
  if (dark.addEventListener) dark.addEventListener("change", follow);
})();
