// On pages that lists of duties stand on: which reflections are on this phone and have not been handed in.

const place = document.getElementById("drafts-waiting");
if (place) show();

function show() {
  const line = place.querySelector("li");
  for (const { code, title } of drafts()) {
    const own = line.cloneNode(true);
    const link = own.querySelector("a");
    link.href = link.getAttribute("href").replace("CODE", code);
    if (title) link.textContent = title;
    own.hidden = false;
    place.hidden = false;
    line.before(own);
  }
}

/** What this account wrote: {code of the case, title}; nothing where the browser keeps nothing. */
function drafts() {
  const found = [];
  try {
    for (const name of Object.keys(localStorage)) {
      const [kind, code, account] = name.split(":");
      if (kind !== "yz-draft" || account !== place.dataset.account) continue;
      const { text, title } = JSON.parse(localStorage.getItem(name));
      if (text?.trim()) found.push({ code, title });
    }
  } catch {
    // no storage, or not ours: the page of the case says what there is
  }
  return found;
}
