// The screen with the code. It stays lit while it is held up (browsers without that dim as they are set to), and a code that
// could not be fetched anew is taken away once it is not good any more.

const GRACE = 30; // seconds for which a code is good after its own

let goodUntil = 0;
function learn() {
  goodUntil = performance.now() + (document.querySelector(".hold-time").value + GRACE) * 1000;
  look();
}

function look() {
  const isOld = performance.now() > goodUntil;
  document.getElementById("hold-code").hidden = isOld;
  document.getElementById("hold-stale").hidden = !isOld;
}

document.addEventListener("htmx:afterSwap", learn);
setInterval(look, 1000);
learn();

async function stayLit() {
  if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // low battery, or not allowed: the code works all the same
  }
}

document.addEventListener("visibilitychange", stayLit);
stayLit();
