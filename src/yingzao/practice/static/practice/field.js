// What a learner does in the field, with or without a network: walks, interviews, proposals. outbox.js keeps and delivers; this
// draws what waits, and reads the form of the page. What is typed and not kept yet is a draft on the phone, from the first letter on.

const LARGEST = 20 * 1024 * 1024; // bytes of a photo
const MOST_PHOTOS = 6; // of a point or an interview
const PLACE = 5; // decimals of a degree that are shown

const root = document.getElementById("field");
const at = (id) => document.getElementById(id);
if (root) begin();

async function begin() {
  const word = Outbox.words("field-words");
  const outbox = await Outbox.open(root);
  const kinds = (root.dataset.kinds ?? "").split(" "); // what this page lists; none: only how much waits
  const arrived = new Set(JSON.parse(at("field-arrived")?.textContent ?? "[]")); // shown by the server on this page
  let trouble = "";
  let rows = [];

  if (!outbox) {
    say("noStore");
    return;
  }

  const item = (row) => JSON.parse(row.text);
  const isWaiting = (row) => row.state === "unsent" || (row.file === "unsent" && row.state !== "refused");

  // What waits, and what became of it

  let turn = 0;
  async function refresh() {
    const mine = ++turn;
    const found = await outbox.rows();
    const waiting = found.filter(isWaiting).length;
    const lines = await Promise.all(shown(found).map((row) => line(row, found)));
    if (mine !== turn) return; // a later look has more to show
    rows = found;
    const state = at("field-state");
    state.dataset.state = waiting ? "unsent" : "sent";
    state.textContent = [waiting ? word("unsent", { n: waiting }) : word("allSent"), waiting && trouble ? word(trouble) : ""].join(" ").trim();
    state.hidden = "quiet" in root.dataset && !waiting;
    if (!at("field-rows")) return;
    at("field-here").hidden = !lines.length;
    for (const image of at("field-rows").querySelectorAll("img[src]")) URL.revokeObjectURL(image.src);
    at("field-rows").replaceChildren(...lines);
    page?.drawn?.(found);
  }

  /** Of each thing its newest word; of a point what was taken back is not shown once the server knows. */
  function shown(found) {
    const newest = new Map();
    for (const row of found) if (kinds.includes(row.what)) newest.set(row.what === "point" ? item(row).point : row.key, row);
    return [...newest.values()].filter((row) => isWaiting(row) || row.state === "refused" || !(item(row).gone || arrived.has(row.key))).reverse();
  }

  const photosOf = (row, found) => {
    const key = item(row).point ?? row.key;
    return found.filter((one) => one.what === "field_photo" && item(one).of === key);
  };

  async function line(row, found) {
    const element = at("field-row").content.firstElementChild.cloneNode(true);
    const told = item(row);
    const photos = photosOf(row, found);
    const isLate = isWaiting(row) || photos.some(isWaiting);
    element.dataset.key = row.key;
    element.dataset.state = row.state === "refused" ? "refused" : isLate ? "unsent" : "sent";
    element.querySelector("[data-what]").textContent = [row.label, Outbox.clockTime(row.at)].filter(Boolean).join(" · ");
    element.querySelector("[data-said]").textContent = said(row, photos, isLate);
    const strip = element.querySelector("[data-photos]");
    for (const photo of photos) {
      const file = await outbox.file(photo.key);
      if (file?.blob) strip.append(thumb(file.blob));
    }
    const [change, drop] = element.querySelectorAll("button");
    const isOpen = row.state === "unsent" || row.state === "refused";
    change.hidden = !page?.take || Boolean(told.gone) || !(isOpen || row.what === "point");
    drop.hidden = !(isOpen || (row.what === "point" && !told.gone));
    change.addEventListener("click", () => open(row));
    drop.addEventListener("click", () => throwAway(row, photos));
    return element;
  }

  function said(row, photos, isLate) {
    if (row.sentence) return row.sentence;
    const refused = photos.find((photo) => photo.sentence);
    const told = [item(row).gone ? word("gone") : "", photos.length ? word("photos", { n: photos.length }) : "", word(isLate ? "notSent" : "sent")];
    return [...told, refused?.sentence].filter(Boolean).join(" · ");
  }

  function thumb(blob) {
    const image = document.createElement("img");
    image.className = "field-thumb";
    image.alt = "";
    image.src = URL.createObjectURL(blob);
    return image;
  }

  /** Back into the form. What the server does not have leaves the outbox and keeps its key; a point that it has is said anew. */
  async function open(row) {
    if (row.state === "refused") await outbox.forget(row.key);
    else if (row.state === "unsent" && !(await outbox.undo(row.key)) && row.what !== "point") return complain("sendingNow");
    page.take(item(row), row.what === "point" ? item(row).point : row.key);
    await refresh();
  }

  async function throwAway(row, photos) {
    if (!confirm(word("sure"))) return;
    const key = item(row).point;
    const before = rows.some((one) => one.what === "point" && item(one).point === key && one.state !== "unsent" && one.state !== "refused");
    if (row.state === "refused") await outbox.forget(row.key);
    const isHere = row.state === "refused" || (row.state === "unsent" && (await outbox.undo(row.key)));
    if (!isHere && row.what !== "point") return complain("sendingNow");
    for (const photo of photos) if (photo.state === "refused") await outbox.forget(photo.key); else await outbox.undo(photo.key);
    if (!isHere || before) await keep({ do: "point", point: key, walk: item(row).walk, gone: true }, row.label);
    await refresh();
    outbox.deliver();
  }

  // Keeping

  /** Whether it is kept; a phone without room says so, and the form keeps its words. */
  async function keep(told, label, file) {
    try {
      await outbox.keep(told, { label }, file);
      return true;
    } catch {
      complain("noRoom");
      return false;
    }
  }

  /** A thing with its photos: the photos that were refused because it was not there are sent once more. */
  async function keepWithPhotos(told, label, of, photos) {
    if (!(await keep(told, label))) return false;
    for (const photo of rows) if (photo.what === "field_photo" && item(photo).of === of) await outbox.again(photo.key);
    while (photos.chosen.length) {
      if (!(await keep({ do: "field_photo", of }, label, { blob: photos.chosen[0] }))) return false; // the rest stays chosen
      photos.chosen.shift();
    }
    return true;
  }

  function complain(name, told) {
    const place = at("field-trouble");
    place.textContent = name ? word(name, told) : "";
    place.hidden = !name;
    if (name) place.scrollIntoView({ block: "nearest" });
  }

  function say(name) {
    at("field-state").textContent = word(name);
    at("field-state").hidden = false;
    at("field-state").dataset.state = "unsent";
  }

  // Parts of forms

  /** Photos chosen for what is being written: made smaller here, shown, and taken off again. */
  function photoStrip() {
    const strip = { chosen: [] };
    const list = root.querySelector("[data-strip]");
    strip.draw = () =>
      list.replaceChildren(
        ...strip.chosen.map((blob, number) => {
          const one = document.createElement("li");
          const off = document.createElement("button");
          off.type = "button";
          off.className = "btn btn-small";
          off.textContent = word("off");
          off.setAttribute("aria-label", `${word("off")} ${number + 1}`);
          off.addEventListener("click", () => {
            strip.chosen.splice(number, 1);
            strip.draw();
          });
          one.append(thumb(blob), off);
          return one;
        }),
      );
    root.querySelector("[type=file]").addEventListener("change", async (event) => {
      const files = [...event.target.files];
      event.target.value = "";
      complain("");
      for (const file of files) {
        if (file.size > LARGEST) complain("tooLarge", { name: file.name });
        else if (!file.type.startsWith("image/")) complain("noPicture", { name: file.name });
        else if (strip.chosen.length >= MOST_PHOTOS) complain("tooMany");
        else strip.chosen.push(await Outbox.smaller(file));
      }
      strip.draw();
    });
    return strip;
  }

  /** What is typed stands in localStorage under a name for this account until it is kept. */
  function drafted(form, name, more) {
    const key = `yz-field:${root.dataset.account}:${root.dataset.field}:${name}`;
    const draft = {
      save() {
        const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
        try {
          localStorage.setItem(key, JSON.stringify({ pairs, more: more.get() }));
        } catch {
          // no room: it is kept once the button is pressed, or that says so
        }
      },
      drop() {
        try {
          localStorage.removeItem(key);
        } catch {
          // nothing was kept
        }
      },
      load() {
        try {
          const found = JSON.parse(localStorage.getItem(key));
          if (!found) return;
          more.set(found.more ?? {});
          fill(form, found.pairs);
        } catch {
          // none that can be read
        }
      },
    };
    form.addEventListener("input", () => draft.save());
    return draft;
  }

  function fill(form, pairs) {
    const places = {};
    for (const input of form.elements) {
      if (!input.name || input.type === "file") continue;
      const values = pairs.filter(([name]) => name === input.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(input.type)) input.checked = values.includes(input.value);
      else input.value = values[(places[input.name] = (places[input.name] ?? -1) + 1)] ?? "";
    }
  }

  const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });

  // The pages

  const page = walkPage() ?? interviewPage() ?? proposalPage();

  function walkPage() {
    const form = at("point-form");
    if (!form) return undefined;
    const photos = photoStrip();
    const name = `yz-walk:${root.dataset.account}:${root.dataset.field}`;
    let walk; // {key, at, title}
    let point; // {key} that is being said anew
    let spot = null;
    const draft = drafted(form, "point", {
      get: () => ({ point, spot }),
      set: (more) => ({ point, spot = null } = more),
    });

    function remember(now) {
      walk = now;
      try {
        if (now) localStorage.setItem(name, JSON.stringify(now));
        else localStorage.removeItem(name);
      } catch {
        // it holds while the page is open
      }
      showWalk();
    }

    function showWalk() {
      at("walk-none").hidden = Boolean(walk);
      at("walk-on").hidden = !walk;
      if (!walk) return;
      const count = new Set(rows.filter((row) => row.what === "point" && item(row).walk === walk.key && row.state !== "refused").map((row) => item(row).point)).size;
      at("walk-said").textContent = [walk.title, word("since", { at: Outbox.clockTime(walk.at) }), word("points", { n: count })].filter(Boolean).join(" · ");
    }

    async function start() {
      const title = at("walk-title").value.trim();
      const key = Outbox.uuid();
      if (!(await keep({ do: "walk", key, title }, title || word("walk")))) return false;
      remember({ key, at: Date.now(), title });
      at("walk-title").value = "";
      await refresh();
      outbox.deliver();
      return true;
    }
    at("walk-begin").addEventListener("click", start);
    at("walk-end").addEventListener("click", () => remember(undefined));

    function showSpot(sentence = "") {
      at("point-spot").textContent = sentence || (spot ? word("here", { at: `${spot[0].toFixed(PLACE)}, ${spot[1].toFixed(PLACE)}`, m: Math.round(spot[2]) }) : "");
      at("point-cancel").hidden = !point;
      at("point-keep").textContent = word(point ? "change" : "keep");
    }
    at("point-here").addEventListener("click", async () => {
      showSpot(word("looking"));
      spot = (await Outbox.place()) ?? spot;
      showSpot(spot ? "" : word("noPlace"));
      draft.save();
    });

    function clear() {
      form.reset();
      photos.chosen = [];
      photos.draw();
      point = undefined;
      spot = null;
      draft.drop();
      showSpot();
    }
    at("point-cancel").addEventListener("click", clear);

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      complain("");
      const told = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
      if (!told.kind) return complain("noKind");
      if (!told.text.trim()) return complain("noText");
      if (!walk && !point && !(await start())) return;
      const key = point?.key ?? Outbox.uuid();
      const said = { do: "point", point: key, walk: point?.walk ?? walk.key, kind: told.kind, facet: told.facet, text: told.text, where: told.where };
      if (spot) said.place = spot;
      const label = `${form.querySelector(`[name=kind][value=${told.kind}]`).closest("label").textContent.trim()} · ${told.text.trim().slice(0, 24)}`;
      const isKept = await keepWithPhotos(said, label, key, photos);
      if (isKept) clear();
      else photos.draw();
      await refresh();
      outbox.deliver();
    });

    draft.load();
    try {
      walk = JSON.parse(localStorage.getItem(name)) ?? undefined;
    } catch {
      walk = undefined;
    }
    showSpot();
    return {
      drawn: showWalk,
      take(told, key) {
        clear();
        point = { key, walk: told.walk };
        spot = told.place ?? null;
        fill(form, Object.entries({ kind: told.kind, facet: told.facet ?? "", text: told.text, where: told.where ?? "" }));
        showSpot();
        draft.save();
        form.scrollIntoView({ block: "start" });
      },
    };
  }

  function interviewPage() {
    const form = at("interview-form");
    if (!form) return undefined;
    const photos = photoStrip();
    const guides = [...form.querySelectorAll("[data-guide]")];
    let key; // of what is being mended
    const draft = drafted(form, "interview", { get: () => ({ key }), set: (more) => ({ key } = more) });

    const chosen = () => guides.find((one) => one.dataset.guide === form.elements.guide.value);
    const asks = (purpose) => Boolean(form.querySelector(`[name=purposes][value=${purpose}]:checked`));
    function show() {
      for (const guide of guides) {
        guide.hidden = guide !== chosen();
        for (const field of guide.querySelectorAll("textarea")) field.disabled = guide.hidden;
      }
      const agreed = Boolean(form.querySelector("[name=purposes]:checked"));
      at("interview-name").hidden = !agreed;
      at("interview-phone").hidden = !asks("contact");
      at("interview-how").hidden = !agreed;
      at("interview-nameless").hidden = agreed;
      if (!form.elements.on.value) form.elements.on.value = today();
    }
    form.addEventListener("change", show);

    function clear() {
      const guide = form.elements.guide.value;
      form.reset();
      form.elements.guide.value = guide;
      photos.chosen = [];
      photos.draw();
      key = undefined;
      draft.drop();
      show();
    }

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      complain("");
      const { role, name, phone, on, agreed_note: note, observed } = form.elements;
      const guide = chosen();
      const answers = [...guide.querySelectorAll("textarea")].map((field) => field.value);
      if (!answers.some((text) => text.trim()) && !observed.value.trim()) return complain("noAnswer");
      if (on.value > today()) return complain("future");
      const purposes = [...form.querySelectorAll("[name=purposes]:checked")].map((box) => box.value);
      const of = key ?? Outbox.uuid();
      const told = { do: "interview", key: of, guide: guide.dataset.guide, version: Number(guide.dataset.version), on: on.value, role: role.value, answers, observed: observed.value, purposes };
      if (purposes.length) Object.assign(told, { name: name.value, agreed_note: note.value });
      if (purposes.includes("contact")) told.phone = phone.value.trim();
      if (told.phone && !/^\+?[0-9][0-9 -]{4,18}$/.test(told.phone)) return complain("badPhone");
      const label = [told.name?.trim() || role.value.trim() || word("nameless"), guide.dataset.title].join(" · ");
      if (await keepWithPhotos(told, label, of, photos)) clear();
      else photos.draw();
      await refresh();
      outbox.deliver();
    });

    const wanted = new URLSearchParams(location.search).get("guide");
    draft.load();
    if (wanted && !key && guides.some((one) => one.dataset.guide === wanted)) form.elements.guide.value = wanted;
    if (!chosen() && guides.length) form.elements.guide.value = guides[0].dataset.guide;
    show();
    return {
      take(told, of) {
        clear();
        key = of;
        form.elements.guide.value = told.guide;
        show();
        for (const [number, field] of [...(chosen()?.querySelectorAll("textarea") ?? [])].entries()) field.value = told.answers[number] ?? "";
        for (const box of form.querySelectorAll("[name=purposes]")) box.checked = told.purposes.includes(box.value);
        for (const name of ["role", "name", "phone", "on", "agreed_note", "observed"]) form.elements[name].value = told[name] ?? "";
        show();
        draft.save();
        form.scrollIntoView({ block: "start" });
      },
    };
  }

  function proposalPage() {
    const form = at("proposal-form");
    if (!form) return undefined;
    let key;
    const draft = drafted(form, "proposal", { get: () => ({ key }), set: (more) => ({ key } = more) });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      complain("");
      const { title, text } = form.elements;
      const kind = form.elements.kind.value;
      if (!kind) return complain("noKind");
      if (!title.value.trim()) return complain("noTitle");
      const facets = [...form.querySelectorAll("[name=facets]:checked")].map((box) => box.value);
      const told = { do: "proposal", key: key ?? Outbox.uuid(), kind, title: title.value, text: text.value, facets };
      if (!(await keep(told, title.value.trim()))) return;
      form.reset();
      key = undefined;
      draft.drop();
      await refresh();
      outbox.deliver();
    });
    draft.load();
    return {
      take(told, of) {
        key = of;
        fill(form, [["kind", told.kind], ["title", told.title], ["text", told.text], ...told.facets.map((facet) => ["facets", facet])]);
        draft.save();
        form.scrollIntoView({ block: "start" });
      },
    };
  }

  outbox.changed = async (found) => {
    trouble = found;
    await refresh();
  };
  await refresh();
  await outbox.start();
}
