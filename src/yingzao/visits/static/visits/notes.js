// Notes, photos and voice notes on the phone, with or without a network (outbox.js keeps and delivers). Photos are made
// smaller here; a picture that the browser cannot open (HEIC on some) goes as it is, and the server writes it anew.

const LARGEST = 20 * 1024 * 1024; // bytes
const NO_KIND = /\.(hei[cf]|avif|jpe?g|png|webp)$/i;
const LONGEST_VOICE = 5 * 60; // seconds
const SOUNDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

const root = document.getElementById("notes");
const at = (id) => document.getElementById(id);
if (root) begin();

async function begin() {
  const word = Outbox.words("note-words");
  const form = at("note-form");
  const questions = JSON.parse(at("note-questions").textContent);
  const arrived = new Set(JSON.parse(at("note-arrived").textContent)); // shown by the server below
  const outbox = await Outbox.open(root);
  let rows = [];
  let trouble = "";
  let changing; // {note} that is being changed

  if (!outbox) {
    at("note-state").textContent = "";
    return complain(word("noStore"));
  }

  // Drawing

  let turn = 0;
  async function refresh() {
    const mine = ++turn;
    const all = await outbox.rows();
    rows = all.filter((row) => ["note", "photo", "voice"].includes(row.what) && (Outbox.isWaiting(row) || !arrived.has(row.key)));
    const waiting = all.filter(Outbox.isWaiting).length; // check-ins of this visit too
    const refused = rows.filter((row) => row.state === "refused").length;
    at("note-state").dataset.state = refused ? "refused" : waiting ? "unsent" : "sent";
    const lines = [refused ? word("refusedMany", { n: refused }) : "", waiting ? word("unsent", { n: waiting }) : refused ? "" : word("allSent"), waiting && trouble ? word(trouble) : ""];
    at("note-state").textContent = lines.filter(Boolean).join(" ");
    const shown = await Promise.all([...rows].reverse().map(line));
    if (mine !== turn) return; // a later look has more to show
    at("note-waiting").hidden = !shown.length;
    for (const image of at("note-rows").querySelectorAll("img[src]")) URL.revokeObjectURL(image.src);
    at("note-rows").replaceChildren(...shown);
  }

  async function line(row) {
    const element = at("note-row").content.firstElementChild.cloneNode(true);
    const item = JSON.parse(row.text);
    const file = row.file ? await outbox.file(row.key) : undefined;
    const stop = form.elements.stop.querySelector(`option[value="${CSS.escape(item.stop)}"]`)?.textContent ?? "";
    element.dataset.key = row.key;
    element.dataset.state = row.state === "refused" ? "refused" : Outbox.isWaiting(row) ? "unsent" : "sent";
    element.querySelector("[data-what]").textContent = `${word(row.what)} · ${stop} ${Outbox.clockTime(row.at)}`;
    element.querySelector("[data-said]").textContent = said(row, item, file);
    const picture = row.what === "photo" && (file?.blob ?? file?.original);
    if (picture) {
      const image = element.querySelector("img");
      image.src = URL.createObjectURL(picture);
      image.hidden = false;
    }
    const progress = element.querySelector("progress");
    progress.hidden = !(file?.have && row.file === "unsent");
    if (file?.blob?.size) progress.value = file.have / file.blob.size;
    progress.setAttribute("aria-label", word("half", { share: Math.round(progress.value * 100) }));
    const [again, button] = element.querySelectorAll("button");
    again.hidden = !Outbox.mayGoAgain(row);
    again.addEventListener("click", () => outbox.again(row.key).then(() => outbox.deliver()));
    button.hidden = row.state !== "unsent" && row.state !== "refused";
    button.addEventListener("click", async () => {
      await (row.state === "refused" ? outbox.forget(row.key) : outbox.undo(row.key));
      await refresh();
    });
    return element;
  }

  function said(row, item, file) {
    if (row.sentence) return row.sentence;
    if (row.file === "sent") return word("arrivedAs", { kb: Math.ceil(row.size / 1024), sum: (row.sum ?? "").slice(0, 8) });
    if (Outbox.isWaiting(row)) return file?.have ? word("half", { share: Math.floor((file.have / file.blob.size) * 100) }) : [item.text?.slice(0, 60), word("notSent")].filter(Boolean).join(" · ");
    return [item.text?.slice(0, 60), word("sent")].filter(Boolean).join(" · ");
  }

  function complain(sentence) {
    at("note-trouble").textContent = sentence;
    at("note-trouble").hidden = !sentence;
  }

  /** Whether it is kept; a phone without room says so. */
  async function keep(item, file) {
    try {
      await outbox.keep(item, {}, file);
    } catch {
      complain(word("noRoom"));
      return false;
    }
    complain("");
    await refresh();
    outbox.deliver();
    return true;
  }

  // Notes

  const stopNow = () => form.elements.stop.value;
  function offerQuestions(chosen = "") {
    const asked = questions[stopNow()] ?? [];
    const select = form.elements.question;
    select.replaceChildren(select.options[0], ...asked.map((question) => new Option(question, question)));
    if (chosen && !asked.includes(chosen)) select.append(new Option(chosen, chosen));
    select.value = chosen;
    at("note-question").hidden = select.options.length < 2;
  }
  form.elements.stop.addEventListener("change", () => offerQuestions());
  offerQuestions();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { text, idea, question, method } = form.elements;
    if (!text.value.trim() && !idea.value.trim()) return complain(word("empty"));
    const item = {
      do: "note",
      note: changing ?? Outbox.uuid(),
      stop: stopNow(),
      text: text.value,
      idea: idea.value,
      question: question.value,
      method: method.value,
      facets: [...form.querySelectorAll("[name=facet]:checked")].map((box) => box.value),
    };
    const asked = form.elements.with_place.checked;
    if (asked) item.place = await Outbox.place();
    if (!(await keep(item))) return;
    clear();
    if (asked && !item.place) complain(word("noPlace"));
  });

  function clear() {
    const stop = stopNow();
    form.reset();
    form.elements.stop.value = stop;
    offerQuestions();
    changing = undefined;
    at("note-keep").textContent = word("keep");
    at("note-cancel").hidden = true;
  }
  at("note-cancel").addEventListener("click", clear);

  for (const element of document.querySelectorAll("[data-note]")) {
    const own = (name) => element.querySelector(`[data-${name}]`)?.textContent ?? "";
    element.querySelector("[name=change]").addEventListener("click", () => {
      changing = element.dataset.note;
      form.elements.stop.value = element.dataset.stop;
      offerQuestions(element.dataset.question);
      form.elements.text.value = own("text");
      form.elements.idea.value = own("idea");
      form.elements.method.value = element.dataset.method;
      const facets = element.dataset.facets.split(" ");
      for (const box of form.querySelectorAll("[name=facet]")) box.checked = facets.includes(box.value);
      at("note-keep").textContent = word("change");
      at("note-cancel").hidden = false;
      form.elements.text.focus();
    });
    element.querySelector("[name=take-back]").addEventListener("click", async () => {
      if (await keep({ do: "note", note: element.dataset.note, stop: element.dataset.stop, text: "", idea: "" })) element.remove();
    });
  }

  // Photos

  const people = at("note-people");
  const who = people.querySelector("form");
  let chosen = [];
  at("note-photos").addEventListener("change", async (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    chosen = [];
    const wrong = [];
    for (const file of files) {
      if (!isPicture(file)) {
        wrong.push(word("noPicture", { name: file.name }));
        continue;
      }
      const blob = await Outbox.smaller(file); // made smaller first: what the camera wrote may be of any size
      if (blob.size > LARGEST) wrong.push(word("tooLarge", { name: file.name }));
      else chosen.push({ blob, original: file.size > LARGEST ? undefined : file });
    }
    complain(wrong.join(" "));
    if (!chosen.length) return;
    at("note-strip").replaceChildren(...chosen.map(thumb));
    who.reset();
    showWho();
    people.showModal();
  });

  /** As far as its name and kind tell: browsers that do not know HEIC give it no kind. The server looks at the bytes. */
  const isPicture = (file) => file.size > 0 && (file.type.startsWith("image/") || (!file.type && NO_KIND.test(file.name)));

  function thumb({ blob }) {
    const image = document.createElement("img");
    image.src = URL.createObjectURL(blob);
    image.alt = "";
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    return image;
  }

  function showWho() {
    const value = who.elements.people.value;
    at("note-agreed").hidden = value !== "adults";
    at("note-children").hidden = value !== "children";
    at("note-people-error").hidden = true;
  }
  for (const input of who.querySelectorAll("[name=people]")) input.addEventListener("change", showWho);

  who.addEventListener("submit", async (event) => {
    event.preventDefault();
    const value = who.elements.people.value;
    if (!value) {
      at("note-people-error").textContent = word("chooseWho");
      at("note-people-error").hidden = false;
      return;
    }
    const told = { do: "photo", stop: stopNow(), people: value, agreed: value === "adults" && who.elements.agreed.checked, caption: who.elements.caption.value };
    while (chosen.length) {
      const [{ blob, original }] = chosen;
      if (!(await keep(told, { blob, original: original === blob ? undefined : original }))) break; // the rest stays chosen
      chosen.shift();
      at("note-strip").firstElementChild?.remove();
    }
    if (!chosen.length) people.close();
    else {
      at("note-people-error").textContent = word("noRoom");
      at("note-people-error").hidden = false;
    }
  });

  // Voice

  const recording = at("note-recording");
  let recorder;
  at("note-record").addEventListener("click", async () => {
    complain("");
    const type = globalThis.MediaRecorder && SOUNDS.find((one) => MediaRecorder.isTypeSupported(one));
    if (!type || !navigator.mediaDevices) return complain(word("noRecorder"));
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return complain(word("noMicrophone"));
    }
    const parts = [];
    recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 32_000 });
    const began = Date.now();
    const timer = setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      at("note-time").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds >= LONGEST_VOICE) recorder.stop();
    }, 250);
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", async () => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      recording.close();
      const blob = new Blob(parts, { type: type.split(";")[0] });
      if (!recorder.isDropped && blob.size) await keep({ do: "voice", stop: stopNow(), people: "none", seconds: Math.round((Date.now() - began) / 1000) }, { blob });
    });
    at("note-time").textContent = "0:00";
    recorder.start(1000);
    recording.showModal();
  });
  at("note-stop").addEventListener("click", () => recorder?.state === "recording" && recorder.stop());
  at("note-drop").addEventListener("click", () => {
    recorder.isDropped = true;
    if (recorder.state === "recording") recorder.stop();
  });
  recording.addEventListener("cancel", (event) => event.preventDefault()); // a key does not throw a recording away

  outbox.changed = async (found) => {
    trouble = found;
    await refresh();
  };
  await refresh();
  await outbox.start();
  await outbox.deliverOriginals(JSON.parse(at("note-wanted").textContent));
}
