// On pages that lists of duties stand on: of which visits something is on this phone that has not been sent yet. It is sent by the
// visit's own pages (outbox.js); after the phone was switched off, nobody would open them without being told.

const place = document.getElementById("visits-waiting");
if (place) show();

async function show() {
  const line = place.querySelector("li");
  for (const { visit, hasFiles } of await waiting()) {
    const own = line.cloneNode(true);
    const link = own.querySelector("a");
    link.href = (hasFiles ? place.dataset.notes : link.getAttribute("href")).replace("CODE", visit);
    own.hidden = false;
    place.hidden = false;
    line.before(own);
  }
}

/** Visits of which this account has something here: {visit, hasFiles}. */
async function waiting() {
  const rows = await items().catch(() => []);
  const mine = rows.filter((row) => row.account === place.dataset.account && (row.as ?? "learner") === "learner");
  const late = mine.filter((row) => row.state === "unsent" || (row.file === "unsent" && row.state !== "refused"));
  const visits = late.filter((row) => !row.visit.startsWith("field-")).map((row) => row.visit); // others are of the community's pages
  return [...new Set(visits)].map((visit) => ({ visit, hasFiles: late.some((row) => row.visit === visit && row.file) }));
}

/** What the pages of the field keep; nothing where they never kept anything: no store is made for looking. */
function items() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("yz-field");
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const store = asked.result;
      const all = store.transaction("items").objectStore("items").getAll();
      all.onsuccess = () => resolve(all.result);
      all.onerror = () => reject(all.error);
      store.close(); // once this has been read: an open one would stand in the way of a newer version
    };
  });
}
