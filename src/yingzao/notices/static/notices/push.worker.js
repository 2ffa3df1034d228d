// Runs in the worker of core/ui, after its storage.js: shows what a push service brings, and opens it when it is pressed.

const ownPage = (url) => {
  try {
    const found = new URL(url, location.origin);
    return found.origin === location.origin ? found.href : `${location.origin}/`;
  } catch {
    return `${location.origin}/`;
  }
};

async function endSubscription() {
  const found = await registration.pushManager.getSubscription();
  await found?.unsubscribe();
}

async function showNotice(data) {
  let told = {};
  try {
    told = data.json();
  } catch {
    return; // nothing of ours
  }
  const { account } = await state();
  // Somebody else has signed in on this device: it is not for their eyes, and nothing more of it comes here.
  if (account !== WORKER.nobody && told.account !== account) return endSubscription();
  await registration.showNotification(String(told.title), {
    body: String(told.body ?? ""),
    tag: told.tag,
    lang: told.language,
    icon: WORKER.icon,
    data: { url: ownPage(told.url) },
  });
}

async function openPage(url) {
  const pages = await clients.matchAll({ type: "window" });
  const there = pages.find((page) => page.url === url);
  return there ? there.focus() : clients.openWindow(url);
}

addEventListener("push", (event) => {
  if (event.data) event.waitUntil(showNotice(event.data));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data?.url ?? `${location.origin}/`));
});

// Signing out ends it here as well, with or without a network.
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "POST" && WORKER.forgetAfter.includes(new URL(url).pathname)) event.waitUntil(endSubscription().catch(() => {}));
});
