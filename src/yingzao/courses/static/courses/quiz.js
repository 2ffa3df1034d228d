// A quiz on the phone: each answer is kept here as it is given, is sent when there is a network, and arrives once.
//
// What is sent proves itself by the ticket of the page, so a session that ended loses nothing. The time is the server's:
// its distance to this phone's clock is kept with the answers, because a kept copy of the page tells an old time.

const RETRY = 10_000; // ms
const SOON = { text: 800, radio: 150 }; // ms after which an answer is sent
const form = document.querySelector("form[data-quiz]");
const done = document.getElementById("quiz-done");
if (done) forget(done.dataset.quiz);
if (form) begin();

function begin() {
  const place = `yz-quiz:${form.dataset.quiz}`;
  const corner = document.getElementById("quiz-state");
  const dialog = form.querySelector("[data-ask]");
  const items = [...form.querySelectorAll("[data-item]")];
  const ends = Number(form.dataset.ends);
  const isCopy = "kept" in document.documentElement.dataset;
  let isSending = false;
  let timer = 0;
  let isOver = false;

  const say = (word) => {
    corner.textContent = corner.dataset[word];
    corner.dataset.said = word;
  };

  // What is kept: {answers: place → [what was said, when], unsent: places, ahead: ms that the server is ahead, handsIn}
  let memory = { answers: {}, unsent: [], ahead: Number(form.dataset.now) - Date.now(), handsIn: false };
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null; // this browser keeps nothing
    }
  };
  const keep = () => {
    try {
      localStorage.setItem(place, JSON.stringify(memory));
      return true;
    } catch {
      return false;
    }
  };

  const saidBy = (item) => {
    const { kind } = item.dataset;
    if (kind === "ordering") return "touched" in item.dataset ? [...item.querySelectorAll("[data-id]")].map((li) => li.dataset.id) : [];
    if (kind === "short" || kind === "number") return [item.querySelector("input").value].filter((text) => text.trim());
    return [...item.querySelectorAll("input:checked")].map((input) => input.value);
  };
  const show = (item, said) => {
    const { kind } = item.dataset;
    if (kind === "ordering") {
      if (!said.length) return;
      const list = item.querySelector("[data-order]");
      for (const id of said) list.append(list.querySelector(`[data-id="${CSS.escape(id)}"]`));
      item.dataset.touched = "";
      number(list);
    } else if (kind === "short" || kind === "number") item.querySelector("input").value = said[0] ?? "";
    else for (const input of item.querySelectorAll("input")) input.checked = said.includes(input.value);
  };
  const itemAt = (at) => items.find((item) => item.dataset.item === String(at));

  const told = () => {
    const left = items.filter((item) => !saidBy(item).length);
    const progress = form.querySelector("[data-progress]");
    progress.textContent = progress.dataset.words.replace("{done}", items.length - left.length).replace("{all}", items.length);
    return left;
  };

  const answered = (item) => {
    const at = item.dataset.item;
    memory.answers[at] = [saidBy(item), Date.now()];
    if (!memory.unsent.includes(at)) memory.unsent.push(at);
    say(keep() ? "kept" : "lost");
    told();
    clearTimeout(timer);
    timer = setTimeout(send, item.querySelector("input[type=text]") ? SOON.text : SOON.radio);
  };

  const send = async () => {
    if (isSending || !form.isConnected || (!memory.unsent.length && !memory.handsIn)) return;
    isSending = true;
    if (corner.dataset.said !== "waits") say("sending");
    const going = Object.fromEntries(memory.unsent.map((at) => [at, memory.answers[at]]));
    try {
      const answer = await fetch(form.dataset.send, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        credentials: "omit",
        cache: "no-store",
        body: JSON.stringify({
          ticket: form.dataset.ticket,
          clock: Date.now(),
          answers: Object.entries(going).map(([at, [said, when]]) => [Number(at), said, when]),
          hand_in: memory.handsIn,
        }),
      });
      if (answer.status === 403) return say("old");
      if (!answer.ok) return say("failed");
      take(await answer.json(), going);
    } catch {
      say(keep() ? (memory.handsIn ? "ends" : "waits") : "lost");
    } finally {
      isSending = false;
    }
    if (memory.unsent.length && corner.dataset.said === "saved") send();
  };

  const take = (news, going) => {
    memory.unsent = memory.unsent.filter((at) => !(at in going) || memory.answers[at][1] !== going[at][1]);
    if (news.state === "handed_in") {
      isOver = true;
      forget(form.dataset.quiz);
      if (news.late) say("late");
      return location.assign(news.url);
    }
    keep();
    say(memory.unsent.length ? "kept" : "saved");
  };

  const handIn = () => {
    memory.handsIn = true;
    keep();
    clearTimeout(timer);
    send();
  };

  // What this phone knows and the page does not: answers that have not arrived; of a kept copy all of them.
  const before = read();
  if (before) {
    if (isCopy) memory.ahead = before.ahead;
    memory.answers = before.answers;
    memory.unsent = before.unsent;
    memory.handsIn = before.handsIn;
    for (const at of isCopy ? Object.keys(before.answers) : before.unsent) {
      const item = itemAt(at);
      if (item && before.answers[at]) show(item, before.answers[at][0]);
    }
  }

  for (const item of items) {
    if (item.dataset.kind === "ordering") arrange(item, answered);
    item.addEventListener(item.dataset.kind === "short" || item.dataset.kind === "number" ? "input" : "change", (event) => {
      if (!event.target.matches("select")) answered(item);
    });
  }
  told();
  keep();
  if (memory.unsent.length || memory.handsIn) {
    say(memory.handsIn ? "ends" : "kept");
    send();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const left = told();
    const words = dialog.querySelector("[data-ask-left]");
    words.hidden = !left.length;
    words.textContent = words.dataset.words
      .replace("{left}", left.length)
      .replace("{numbers}", left.map((item) => Number(item.dataset.item) + 1).join("、"));
    if (dialog.showModal) dialog.showModal();
    else if (window.confirm(dialog.getAttribute("aria-label"))) handIn();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input[type=text]")) event.preventDefault(); // is no handing in
  });
  dialog.querySelector("[data-hand-in]").addEventListener("click", () => {
    dialog.close();
    handIn();
  });

  const again = () => !document.hidden && navigator.onLine && send();
  addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  addEventListener("pagehide", () => {
    if (!memory.unsent.length || isOver || isCopy) return;
    const answers = memory.unsent.map((at) => [Number(at), ...memory.answers[at]]);
    navigator.sendBeacon?.(form.dataset.send, JSON.stringify({ ticket: form.dataset.ticket, clock: Date.now(), answers }));
  });
  setInterval(again, RETRY); // a server that comes back tells nobody

  // Another tab of the same attempt.
  addEventListener("storage", (event) => {
    if (event.key !== place || !form.isConnected) return;
    if (event.newValue === null) return location.reload(); // handed in over there
    const other = read();
    for (const [at, [said, when]] of Object.entries(other?.answers ?? {})) {
      if (when <= (memory.answers[at]?.[1] ?? 0)) continue;
      memory.answers[at] = [said, when];
      const item = itemAt(at);
      if (item) show(item, said);
    }
    told();
  });

  if (ends) countDown(form.querySelector("[data-countdown]"));
  if ("paged" in form.dataset) turnPages(items);

  function countDown(clock) {
    const warned = new Set();
    const tick = () => {
      const seconds = Math.max(Math.ceil((ends - Date.now() - memory.ahead) / 1000), 0);
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      for (const [at, word] of [[300, "five"], [60, "one"]]) {
        if (seconds <= at && seconds > at - 20 && !warned.has(at)) {
          warned.add(at);
          say(word);
        }
      }
      if (seconds || isOver) return;
      isOver = true;
      say("late");
      handIn();
    };
    tick();
    setInterval(tick, 500);
  }

  function turnPages(pages) {
    const nav = form.querySelector("[data-pages]");
    const [back, next] = nav.querySelectorAll("button");
    const word = nav.querySelector("[data-page-told]");
    const end = form.querySelector("[data-end]");
    let at = Math.max(pages.findIndex((item) => !saidBy(item).length), 0);
    const turn = (to, focuses) => {
      at = Math.min(Math.max(to, 0), pages.length - 1);
      pages.forEach((item, n) => (item.hidden = n !== at));
      back.disabled = at === 0;
      next.hidden = at === pages.length - 1;
      end.hidden = at !== pages.length - 1;
      word.textContent = `${at + 1} / ${pages.length}`;
      if (focuses) pages[at].focus({ preventScroll: false });
    };
    nav.hidden = false;
    for (const button of [back, next]) button.addEventListener("click", () => turn(at + Number(button.dataset.step), true));
    turn(at, false);
  }
}

/** An ordering: buttons that move an option, in place of the numbers to choose. */
function arrange(item, answered) {
  const list = item.querySelector("[data-order]");
  if ([...list.querySelectorAll("select")].every((select) => select.value)) item.dataset.touched = "";
  list.classList.add("with-moves");
  for (const select of list.querySelectorAll("select")) select.hidden = true;
  for (const moves of list.querySelectorAll(".quiz-moves")) moves.hidden = false;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const line = button.closest("li");
    if (button.dataset.move === "up") line.previousElementSibling?.before(line);
    else line.nextElementSibling?.after(line);
    item.dataset.touched = "";
    number(list);
    button.focus();
    answered(item);
  });
}

/** The numbers that a form without a script would send. */
function number(list) {
  [...list.children].forEach((line, n) => {
    const select = line.querySelector("select");
    if (select) select.value = String(n + 1);
  });
}

/** The attempt is handed in: nothing of it stays on this phone. */
function forget(of) {
  try {
    localStorage.removeItem(`yz-quiz:${of}`);
  } catch {
    // nothing was kept
  }
}
