// Keeps the screen lit while the code is held up. Browsers without it dim as they are set to.
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
