// On pages that may be kept: starts the worker, and has the pages that will be wanted next fetched ahead. A browser without
// one (some in-app browsers; an address without TLS) goes on as before.

const own = document.querySelector("script[data-worker]");
const isCopy = "kept" in document.documentElement.dataset;

if (navigator.serviceWorker) begin().catch(() => {});

async function begin() {
  const wasSeen = Boolean(navigator.serviceWorker.controller); // by the worker, which then has this page already
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
  await navigator.serviceWorker.register(own.dataset.worker);
  const { active } = await navigator.serviceWorker.ready;
  // A case that was read without a network counts as read once there is one.
  if (isCopy) addEventListener("online", () => fetch(location.pathname).catch(() => {}), { once: true });
  if (isCopy) return;
  const link = navigator.connection;
  const isDear = link?.saveData || /2g/.test(link?.effectiveType ?? "");
  const ahead = isDear ? [] : own.dataset.ahead.split(" ").filter(Boolean);
  const here = wasSeen || location.search ? [] : [location.pathname];
  active.postMessage({ ahead: [...here, ...ahead] });
}
