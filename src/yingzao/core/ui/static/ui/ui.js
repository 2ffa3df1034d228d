// The behaviour of the components. Everything works without it but copying, printing and asking first.

const on = (name, selector, act) =>
  document.addEventListener(name, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  });

on("click", "[data-menu]", (button) => {
  const open = button.closest(".side").classList.toggle("side-open");
  button.setAttribute("aria-expanded", String(open));
});

on("click", "[data-back]", () => (history.length > 1 ? history.back() : location.assign("/")));

on("click", "[data-print]", () => window.print());

on("click", "[data-copy]", async (button) => {
  const word = button.querySelector("span");
  await copied(button.dataset.copy);
  word.textContent = button.dataset.copied;
});

async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // An address without TLS has no clipboard: select a field and copy the old way.
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "visually-hidden";
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}

// A row whose detail htmx brings beside the list: it is the one that is marked from now on.
on("click", "tr [data-row]", (link) => {
  for (const row of link.closest("tbody").rows) row.classList.toggle("table-active", row.contains(link));
});

on("submit", "form[data-confirm]", (form, event) => {
  const dialog = form.querySelector("dialog");
  if (event.submitter && "yes" in event.submitter.dataset) return;
  event.preventDefault();
  if (dialog.showModal) dialog.showModal();
  else if (window.confirm(dialog.getAttribute("aria-label"))) form.submit();
});

on("click", "dialog [data-dismiss]", (button) => button.closest("dialog").close());

on("change", "[data-autosubmit]", (input) => input.form.requestSubmit());

const focusOn = (root) => root.querySelector("[data-focus]")?.focus();
focusOn(document);
document.addEventListener("htmx:afterSettle", (event) => focusOn(event.target));

// What htmx could not bring is said in the page's own message region.
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => {
    const region = document.getElementById("messages");
    const words = document.documentElement.lang === "en"
      ? "This did not get through. Please try again."
      : "没有送达，请再试一次。";
    const notice = document.createElement("div");
    notice.className = "notice notice-harm";
    notice.textContent = words;
    region?.replaceChildren(notice);
    region?.scrollIntoView({ block: "nearest" });
  });
}
