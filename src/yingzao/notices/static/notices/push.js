// The settings page: what this browser can do about notices, said plainly, and the button that switches them on.

const LONGEST = 30_000; // ms that the browser may take to reach its maker's service

const box = document.querySelector("[data-push]");
const form = box?.querySelector("[data-subscribe]");
let pressed = false;
const WITH_BUTTON = new Set(["off", "unreachable"]);
const IMPOSSIBLE = new Set(["insecure", "wechat", "install", "missing", "denied", "unreachable"]);

function say(state) {
  for (const part of box.querySelectorAll("[data-say]")) part.hidden = part.dataset.say !== state;
  box.querySelector("[data-instead]").hidden = !IMPOSSIBLE.has(state);
  form.hidden = !WITH_BUTTON.has(state);
}

/** Why it cannot work here, as a name of [data-say]; undefined where it may. */
function hindrance() {
  const agent = navigator.userAgent;
  const isApple = /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
  if (!window.isSecureContext) return "insecure";
  if (/MicroMessenger/i.test(agent)) return "wechat";
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    return isApple && !navigator.standalone ? "install" : "missing";
  }
  return Notification.permission === "denied" ? "denied" : undefined;
}

async function worker() {
  await navigator.serviceWorker.register(box.dataset.worker);
  return navigator.serviceWorker.ready;
}

const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** The browser's subscription to our key; one to another key (an instance that was set up anew) goes. */
async function subscription() {
  const { pushManager } = await worker();
  const found = await pushManager.getSubscription();
  const key = found?.options?.applicationServerKey;
  if (found && key && base64url(key) !== box.dataset.key) {
    await found.unsubscribe();
    return null;
  }
  return found;
}

async function lineOf(found) {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(found.endpoint));
  const mark = [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return document.querySelector(`[data-device="${mark}"]`);
}

function tell(found, quietly) {
  const { endpoint, keys } = found.toJSON();
  form.elements.endpoint.value = endpoint;
  form.elements.key.value = keys.p256dh;
  form.elements.secret.value = keys.auth;
  form.elements.quietly.value = quietly ? "yes" : "";
  form.submit();
}

async function switchOn() {
  say("asking");
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      say(Notification.permission === "denied" ? "denied" : "off");
      return;
    }
    const { pushManager } = await worker();
    const late = new Promise((_resolve, reject) => setTimeout(() => reject(new Error("late")), LONGEST));
    const asked = pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: box.dataset.key });
    tell(await Promise.race([asked, late]), false);
  } catch {
    say(Notification.permission === "denied" ? "denied" : "unreachable");
  }
}

async function begin() {
  const why = hindrance();
  if (why) return say(why);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pressed = true;
    switchOn();
  });
  if (!document.querySelector("[data-device]")) say("off");
  const found = await subscription().catch(() => null);
  const line = found && Notification.permission === "granted" ? await lineOf(found) : null;
  if (pressed) return; // before the browser had said how it stands: what comes of that is said instead
  if (!line) return say("off");
  line.querySelector("[data-here]").hidden = false;
  line.querySelector("[data-remove]").addEventListener("submit", () => found.unsubscribe().catch(() => {}));
  say("on");
  // Signed in anew since: from now on signing out here ends it.
  if (!("tied" in line.dataset)) tell(found, true);
}

if (box) begin();
