// What was played and has not arrived yet: kept in localStorage by play session, sent when there is a network. What was
// delivered twice is one row there, so that nothing here has to be certain.

const PREFIX = "yz-watch:";
const MOST = 150; // pieces of one delivery
const LIMIT = 60_000; // bytes that a browser takes along when its page goes
const LIVELY = 40_000; // ms: a player puts a piece there every fifteen seconds
const unsaved = new Map(); // where storage is full or denied

export const read = (session) => unsaved.get(session) ?? parse(stored(session));

export function save(session, kept) {
  kept.touched = Date.now();
  try {
    localStorage.setItem(PREFIX + session, JSON.stringify(kept));
    unsaved.delete(session);
  } catch {
    unsaved.set(session, kept);
  }
}

function stored(session) {
  try {
    return localStorage.getItem(PREFIX + session);
  } catch {
    return null;
  }
}

function parse(text) {
  try {
    const kept = JSON.parse(text);
    return kept && Array.isArray(kept.pieces) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function drop(session) {
  unsaved.delete(session);
  try {
    localStorage.removeItem(PREFIX + session);
  } catch {
    // nothing was kept there
  }
}

export function sessions() {
  const found = [...unsaved.keys()];
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) found.push(key.slice(PREFIX.length));
  } catch {
    // no storage, no sessions
  }
  return [...new Set(found)];
}

const sending = new Set();

/** Deliver what a session has; {closed} of the last answer, or undefined while there is no network. */
export async function deliver(session) {
  if (sending.has(session)) return {};
  sending.add(session);
  try {
    let answer = {};
    for (;;) {
      const kept = read(session);
      if (!kept) return answer;
      if (!kept.pieces.length && !kept.ended) return answer;
      const pieces = kept.pieces.slice(0, MOST);
      const isLast = pieces.length === kept.pieces.length;
      answer = await post(kept, session, pieces, kept.ended && isLast);
      if (answer === undefined) return undefined;
      const now = read(session);
      if (!now) return answer;
      const gone = new Set([...(answer.taken ?? []), ...(answer.refused ?? []), ...(answer.all ? pieces.map(([number]) => number) : [])]);
      now.pieces = now.pieces.filter(([number]) => !gone.has(number));
      if (answer.closed || answer.all) now.ended = false;
      const isDone = !now.pieces.length && !now.ended;
      if (isDone && (answer.closed || answer.all || !isMine(session))) drop(session);
      else save(session, now);
      if (isDone || !gone.size) return answer;
    }
  } finally {
    sending.delete(session);
  }
}

async function post(kept, session, pieces, close) {
  const body = JSON.stringify({ ticket: kept.ticket, session, pieces, clock: Math.round(Date.now() + (kept.ahead ?? 0)), close: Boolean(close) });
  try {
    const response = await fetch(kept.log, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "same-origin",
      keepalive: body.length < LIMIT,
      body,
    });
    if (response.status === 403 || response.status === 400) return { all: true };
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

let mine; // the session that this page is playing
export const isMine = (session) => session === mine;
export const play = (session) => {
  mine = session;
};

/** What other pages have left behind. A session that another window is still playing is left to it. */
export async function deliverAll() {
  for (const session of sessions()) {
    const { ended, touched } = read(session) ?? {};
    if (!isMine(session) && (ended || !(Date.now() - touched < LIVELY))) await deliver(session);
  }
}

addEventListener("online", () => deliverAll());
deliverAll();
