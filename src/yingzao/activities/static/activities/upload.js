// Sends a film piece by piece: it goes on where it stopped after a lost network or a closed window, and says how far it is.
const PIECE = 4 * 1024 * 1024; // bytes
const form = document.querySelector("form[data-upload]");
if (form) form.addEventListener("submit", begin);

async function begin(event) {
  const file = form.querySelector("input[type=file]").files[0];
  if (!file) return;
  event.preventDefault();
  const { piece, finish, token, sent, broken } = form.dataset;
  const line = form.querySelector("[data-sent]");
  const button = form.querySelector("button");
  const say = (text) => {
    line.hidden = false;
    line.textContent = text;
  };
  button.disabled = true;
  // The same file as the one that was broken off goes on; another begins anew.
  const name = `${file.name}:${file.size}:${file.lastModified}`;
  const key = `yz-film:${piece}`;
  let known = "";
  try {
    known = localStorage.getItem(key) ?? "";
    localStorage.setItem(key, name);
  } catch {
    known = "";
  }
  try {
    let here = (await json(fetch(piece + (known === name ? "" : "?from=start")))).here;
    while (here < file.size) {
      say(sent.replace("{percent}", Math.floor((here / file.size) * 100)));
      here = await next(file, here);
    }
    say(sent.replace("{percent}", 100));
    const body = new FormData();
    body.set("name", file.name);
    const answer = await json(fetch(finish, { method: "POST", headers: { "X-CSRFToken": token }, body }));
    forget(key);
    location.assign(answer.next);
  } catch (failure) {
    if (failure.sentence) forget(key);
    say(failure.sentence ?? broken);
    button.disabled = false;
  }

  async function next(film, at) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15_000)) {
      try {
        const body = film.slice(at, at + PIECE);
        const headers = { "X-CSRFToken": token, "Content-Type": "application/octet-stream" };
        return (await json(fetch(`${piece}?at=${at}`, { method: "POST", headers, body }))).here;
      } catch (failure) {
        if (failure.sentence || failure.status) throw failure;
        say(broken);
        await new Promise((done) => setTimeout(done, wait));
      }
    }
  }
}

async function json(asked) {
  const response = await asked;
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw Object.assign(new Error("refused"), { sentence: answer.sentence, status: response.status });
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // it was not kept
  }
}
