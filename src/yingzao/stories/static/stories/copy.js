// Copies a text with its looks: as HTML where the browser lets it, else as a page would be copied.
const source = document.querySelector("[data-look]");
const button = document.querySelector("[data-copy-look]");

function copyTheOldWay(html, plain) {
  const listen = (event) => {
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", plain);
    event.preventDefault();
  };
  document.addEventListener("copy", listen, { once: true });
  return document.execCommand("copy");
}

async function copy() {
  const html = source.value;
  const plain = new DOMParser().parseFromString(html, "text/html").body.textContent;
  if (navigator.clipboard?.write && window.ClipboardItem) {
    const part = (text, type) => new Blob([text], { type });
    const item = { "text/html": part(html, "text/html"), "text/plain": part(plain, "text/plain") };
    await navigator.clipboard.write([new ClipboardItem(item)]);
    return true;
  }
  return copyTheOldWay(html, plain);
}

if (source && button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy().catch(() => copyTheOldWay(source.value, source.value));
    document.querySelector("[data-copied]").hidden = !done;
  });
}
