// The player: plays a film or a stream, and tells which stretches of it were really played, and when. What was skipped is in no
// stretch. Every fifteen seconds, and whenever something happens, a piece [number, from, to, at, took] (ms) goes to the outbox.

import { deliver, deliverAll, play as playing, read, save } from "./watch-outbox.js";

const BEAT = 15_000; // ms
const EARLIER = 3; // s before where one was
function begin(box) {
  const film = box.querySelector("video");
  const told = (name) => box.dataset[name];
  const word = box.querySelector("[data-word]");
  const state = JSON.parse(document.getElementById("player-state")?.textContent ?? "null");
  load(film, told("address"), told("hls"), () => say(told("broken")));

  function say(text) {
    if (word) word.textContent = text ?? "";
  }

  const speed = box.querySelector("[data-speed]");
  speed?.addEventListener("change", () => {
    film.playbackRate = Number(speed.value);
  });
  film.addEventListener("ratechange", () => {
    // The player's own menu may offer more than what counts.
    if (film.playbackRate > 2) film.playbackRate = 2;
    if (speed) speed.value = String(film.playbackRate);
  });
  const chapters = [...box.querySelectorAll("[data-at]")];
  for (const button of chapters) {
    button.addEventListener("click", () => {
      film.currentTime = Number(button.dataset.at);
      film.play().catch(() => {});
    });
  }
  film.addEventListener("timeupdate", () => {
    const now = chapters.filter((button) => Number(button.dataset.at) <= film.currentTime).at(-1);
    for (const button of chapters) {
      if (button === now) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  });
  if (state && told("log")) watch(box, film, state, say);
}

function load(film, address, hls, fail) {
  film.addEventListener("error", fail);
  if (!hls || film.canPlayType("application/vnd.apple.mpegurl")) {
    film.src = address;
    return;
  }
  const script = document.createElement("script");
  script.src = hls;
  script.onload = () => {
    const stream = new window.Hls({ enableWorker: false, fragLoadingMaxRetry: 20, manifestLoadingMaxRetry: 20 });
    stream.on(window.Hls.Events.ERROR, (_event, { fatal, type }) => {
      if (!fatal) return;
      // A network that was away comes back: the stream goes on where it was.
      if (type === window.Hls.ErrorTypes.NETWORK_ERROR) setTimeout(() => stream.startLoad(), 3000);
      else if (type === window.Hls.ErrorTypes.MEDIA_ERROR) stream.recoverMediaError();
      else fail();
    });
    stream.loadSource(address);
    stream.attachMedia(film);
  };
  script.onerror = fail;
  document.head.append(script);
}

function watch(box, film, state, say) {
  const seen = new Seen(state, box.querySelector("[data-seen]"), box.querySelector("[data-line]"));
  const windows = "BroadcastChannel" in window ? new BroadcastChannel("yz-watch") : undefined;
  const me = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const ahead = clockAhead(state.now); // of ours, the server's: ms
  let session; // of this stretch of sitting before it
  let isElsewhere = false; // another window plays
  let number = 0;
  let piece; // {from, to (ms of the film), at, until (ms of the clock)}
  let counted = state.needed > 0 && seen.credit() >= state.needed;

  film.addEventListener(
    "loadedmetadata",
    () => {
      const place = state.resume / 1000 - EARLIER;
      if (place > 0 && place < film.duration - 10) film.currentTime = place;
    },
    { once: true },
  );
  box.querySelector("[data-again]")?.addEventListener("click", () => {
    film.currentTime = 0;
    film.play().catch(() => {});
  });

  function start() {
    if (!session) {
      session = uuid();
      number = 0;
      playing(session);
    }
    piece = undefined;
  }

  /** Go on with the piece, if what was played since is what can have been played. */
  function beat() {
    const at = Date.now() + ahead;
    const place = Math.round(film.currentTime * 1000);
    if (piece) {
      const took = at - piece.until;
      const played = place - piece.to;
      const most = took * film.playbackRate * 1.25 + 400;
      if (played >= 0 && played <= most && took >= 0) {
        piece.to = place;
        piece.until = at;
      } else {
        put();
      }
    }
    piece ??= { from: place, to: place, at, until: at };
    if (piece.until - piece.at >= BEAT) {
      put();
      piece = { from: place, to: place, at, until: at };
      send();
    }
  }

  function put() {
    const whole = piece;
    piece = undefined;
    if (!whole || !session || whole.to - whole.from < 200) return;
    const kept = read(session) ?? { log: box.dataset.log, ticket: box.dataset.ticket, ahead, pieces: [], ended: false };
    kept.pieces.push([number++, whole.from, whole.to, whole.at, Math.max(whole.until - whole.at, 1)]);
    save(session, kept);
    seen.add(whole.from, whole.to, whole.until - whole.at);
    if (!counted && state.needed > 0 && seen.credit() >= state.needed) end();
  }

  async function send() {
    const answer = session ? await deliver(session) : {};
    say(answer === undefined ? box.dataset.waits : isElsewhere ? box.dataset.elsewhere : "");
    return answer;
  }

  /** What was played becomes evidence now; going on begins anew. */
  async function end() {
    put();
    const ended = session;
    if (!ended) return;
    session = undefined;
    playing(undefined);
    const kept = read(ended);
    if (!kept) return;
    if (!number) return;
    save(ended, { ...kept, ended: true });
    if (!film.paused && !film.ended) start();
    const answer = await deliver(ended);
    if (answer === undefined) say(box.dataset.waits);
    if (answer?.closed && state.needed > 0 && seen.credit() >= state.needed) {
      counted = true;
      box.dispatchEvent(new CustomEvent("counted", { bubbles: true }));
    }
  }

  film.addEventListener("play", () => {
    windows?.postMessage(me);
    start();
    isElsewhere = false;
    say("");
  });
  film.addEventListener("playing", () => {
    if (!session) start();
    beat();
  });
  film.addEventListener("timeupdate", () => {
    if (!film.paused && !film.seeking && session) beat();
  });
  film.addEventListener("seeking", () => put());
  film.addEventListener("ratechange", () => put());
  film.addEventListener("waiting", () => put());
  film.addEventListener("pause", () => {
    if (!film.seeking) beat();
    put();
    if (!film.ended) send();
  });
  film.addEventListener("ended", () => end());
  windows?.addEventListener("message", ({ data }) => {
    if (data === me || film.paused) return;
    isElsewhere = true;
    film.pause();
    say(box.dataset.elsewhere);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      put();
      send();
    }
  });
  addEventListener("pagehide", () => end());
  addEventListener("online", () => (session ? send() : deliverAll()));
  setInterval(() => {
    if (!film.paused) beat();
  }, 1000);
}

/** What was seen, second by second, each with the share of it that counts: as the server reckons it, near enough to show. */
class Seen {
  constructor(state, bar, line) {
    this.state = state;
    this.bar = bar;
    this.line = line;
    this.seconds = new Float32Array(Math.max(state.seconds, 1));
    for (const [from, to, took] of state.spans) this.mark(from, to, took);
    this.show();
  }

  mark(from, to, took) {
    const weight = this.state.counts === "wall" ? Math.min(took / Math.max(to - from, 1), 1) : 1;
    for (let at = Math.floor(from / 1000); at < to / 1000 && at < this.seconds.length; at++) {
      const part = Math.min(to / 1000, at + 1) - Math.max(from / 1000, at);
      this.seconds[at] = Math.min(Math.max(this.seconds[at], part > 0.95 ? weight : this.seconds[at] + part * weight), 1);
    }
  }

  add(from, to, took) {
    this.mark(from, to, took);
    this.show();
  }

  credit() {
    let sum = 0;
    for (const one of this.seconds) sum += one;
    return sum * 1000;
  }

  show() {
    this.bar?.replaceChildren(...this.stretches().map(([from, to]) => this.stretch(from, to)));
    if (!this.line) return;
    const { seconds, needed } = this.state;
    const credit = this.credit();
    const words = this.line.dataset;
    const left = Math.ceil((needed - credit) / 60_000);
    const whole = words.seenWord.replace("{minutes}", Math.floor(credit / 60_000)).replace("{whole}", Math.ceil(seconds / 60));
    const more = !needed ? "" : left > 0 ? words.leftWord.replace("{left}", left) : words.enoughWord;
    this.line.textContent = `${whole} ${more}`.trim();
  }

  stretches() {
    const found = [];
    for (let at = 0; at < this.seconds.length; at++) {
      if (this.seconds[at] <= 0) continue;
      if (found.at(-1)?.[1] === at) found.at(-1)[1] = at + 1;
      else found.push([at, at + 1]);
    }
    return found;
  }

  stretch(from, to) {
    const part = document.createElement("span");
    part.style.insetInlineStart = `${(from / this.seconds.length) * 100}%`;
    part.style.inlineSize = `${((to - from) / this.seconds.length) * 100}%`;
    return part;
  }
}

/** By how much the server's clock is ahead of the phone's: one figure for the whole page, so that pieces stay in order. */
function clockAhead(now) {
  const key = "yz-clock";
  try {
    if (!("kept" in document.documentElement.dataset)) localStorage.setItem(key, String(now - Date.now()));
    return Number(localStorage.getItem(key)) || 0;
  } catch {
    return now - Date.now();
  }
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // An address without TLS has no randomUUID; the bytes it has.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const box = document.querySelector("[data-player]");
if (box) begin(box);
