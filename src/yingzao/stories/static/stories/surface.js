// The writing surface: what is written looks as it will be read. The textarea below stays what is sent where this does not run.

const form = document.querySelector("[data-story-form]");
const box = form?.querySelector("[data-surface]");
const text = form?.querySelector("[data-story-text]");
const field = text?.closest(".field") ?? text?.parentElement;
const said = box?.querySelector("[data-surface-said]");
const words = box?.dataset ?? {};
let editor = null;
let entered = false;
let names = {}; // of bound figures, by their key
let hidden = null; // what is sent while the surface is in use
let offline = false; // it was said that there is no network

async function post(address, data, gone = words.wordsGone) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  const story = form.querySelector("[name=story]");
  if (story) body.set("story", story.value);
  for (const [name, value] of Object.entries(data)) body.set(name, value);
  try {
    const answer = await fetch(address, { method: "POST", body });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.sentence);
    if (offline) say("");
    offline = false;
    Object.assign(names, told.names);
    return told;
  } catch (failure) {
    offline = failure instanceof TypeError;
    say(offline || failure instanceof SyntaxError ? gone : failure.message);
    return null;
  }
}

const say = (sentence) => (said.textContent = sentence);

async function start() {
  const kit = await import(form.dataset.editor);
  let source = null;
  let first = null;
  while (source !== text.value) {
    source = text.value; // it may be typed in while the surface is still on its way
    first = await post(form.dataset.turn, { source });
    if (!first) return;
  }
  if (!first.whole) {
    box.before(Object.assign(document.createElement("p"), { className: "soft small", textContent: words.wordsSource }));
    return;
  }
  const Picture = kit.Node.create({
    name: "picture",
    group: "block",
    atom: true,
    draggable: true,
    addAttributes: () => ({ number: {}, src: { default: "" }, alt: { default: "" } }),
    parseHTML: () => [
      {
        tag: "figure[data-number], img[data-number]",
        getAttrs: (node) => {
          const image = node.matches("img") ? node : node.querySelector("img");
          return { number: node.dataset.number, src: image?.getAttribute("src") ?? "", alt: image?.alt ?? "" };
        },
      },
    ],
    renderHTML: ({ node }) => [
      "figure",
      { "data-number": node.attrs.number },
      ["img", { ...(node.attrs.src ? { src: node.attrs.src } : {}), alt: node.attrs.alt || `[图${node.attrs.number}]`, "data-number": node.attrs.number }],
    ],
  });
  // A figure that is bound to its query: shown with its value, kept by its key.
  const Figure = kit.Node.create({
    name: "figure",
    group: "inline",
    inline: true,
    atom: true,
    addAttributes: () => ({
      key: { parseHTML: (node) => node.getAttribute("value") },
      words: { default: "", parseHTML: (node) => node.textContent },
      title: { default: "", parseHTML: (node) => node.title || names[node.getAttribute("value")] || "" },
    }),
    parseHTML: () => [{ tag: "data[value]" }],
    renderHTML: ({ node }) => ["data", { value: node.attrs.key, title: node.attrs.title }, node.attrs.words],
    renderText: ({ node }) => node.attrs.words,
  });
  editor = new kit.Editor({
    element: box.querySelector("[data-surface-body]"),
    injectCSS: false,
    content: first.html,
    extensions: [
      kit.Document, kit.Paragraph, kit.Text, kit.HardBreak, kit.Bold, kit.Italic, kit.Strike, kit.Blockquote, kit.BulletList,
      kit.OrderedList, kit.ListItem, kit.HorizontalRule, kit.History, kit.TrailingNode, kit.Dropcursor, kit.Gapcursor, Picture, Figure,
      kit.Subscript, kit.Superscript, kit.Underline, kit.Heading.configure({ levels: [2, 3] }), kit.Link.configure({ openOnClick: false }), kit.Table, kit.TableRow, kit.TableHeader, kit.TableCell,
    ].filter(Boolean),
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-labelledby": "surface-label", class: "surface-text" },
      // Before the surface reads it itself: what Word and WeChat dress it in never gets into this page.
      handleDOMEvents: { paste: (_view, event) => take(event, event.clipboardData) },
      handleDrop: (view, event, _slice, moved) => {
        if (moved) return false;
        const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
        if (place && event.dataTransfer?.files.length) editor.commands.setTextSelection(place.pos);
        entered = true;
        return take(event, event.dataTransfer);
      },
    },
    onUpdate: written,
    onFocus: () => (entered = true),
    onTransaction: pressed,
  });
  box.hidden = false;
  show(document.activeElement !== text); // nobody's letters are taken from under their hands
  pressed();
}

function show(surface) {
  field.hidden = surface;
  box.querySelector("[data-surface-body]").hidden = !surface;
  box.querySelector("[data-do=source]").setAttribute("aria-pressed", String(!surface));
  if (surface) {
    hidden = hidden ?? Object.assign(document.createElement("input"), { type: "hidden", name: "surface" });
    hidden.value = editor.getHTML();
    form.append(hidden);
  } else hidden?.remove();
}

let turning = null;
function written() {
  hidden.value = editor.getHTML();
  clearTimeout(turning);
  turning = setTimeout(async () => {
    const told = await post(form.dataset.turn, { html: editor.getHTML() }, words.wordsOffline);
    if (!told || !hidden.isConnected) return;
    text.value = told.source;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }, 700);
}

window.addEventListener("online", () => offline && hidden?.isConnected && written());

function take(event, data) {
  const photos = [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  const html = data?.getData("text/html") ?? "";
  if (photos.length && !html.includes("<p") && !html.includes("<td")) {
    event.preventDefault();
    keepPhotos(photos);
    return true;
  }
  if (!html || html.includes("data-pm-slice")) return false;
  event.preventDefault();
  const plain = data.getData("text/plain");
  post(form.dataset.turn, { html }).then((told) => editor.chain().focus().insertContent(told ? told.html : plain).run());
  return true;
}

// One after the other, so that they stand in the order in which they were chosen.
async function keepPhotos(photos) {
  if (!form.dataset.photo && !(await begin())) return;
  for (const photo of photos) {
    say(`${words.wordsBusy} ${photo.name}`);
    const told = await post(form.dataset.photo, { photo });
    if (!told) return;
    say("");
    if (field.hidden) insertBlock({ type: "picture", attrs: { number: String(told.number), src: told.src, alt: "" } });
    else {
      text.setRangeText(`\n\n[图${told.number}]\n\n`, text.selectionEnd, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    ask(told);
  }
}

// A photo needs a story to stay with: what is typed becomes a draft, and the page goes on as that draft's.
async function begin() {
  const title = form.elements.title;
  if (!title.value.trim()) {
    say(words.wordsTitle);
    title.focus();
    return false;
  }
  const typed = new FormData(form);
  for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
  const name = field.hidden ? "surface" : "text";
  if (!(field.hidden ? editor.getText() : text.value).trim()) typed.set(name, "……"); // no draft is empty; the next save has what is there then
  let page;
  try {
    const answer = await fetch(location.href, { method: "POST", body: typed });
    page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-story-form][data-photo]");
    if (!page) return say(words.wordsFirst), false;
    history.replaceState(null, "", answer.url);
  } catch {
    return say(words.wordsGone), false;
  }
  for (const name of ["photo", "putting"]) form.dataset[name] = page.dataset[name];
  form.elements.seen.value = page.elements.seen.value;
  form.prepend(Object.assign(document.createElement("input"), { type: "hidden", name: "story", value: page.elements.story.value }));
  return true;
}

// The words about a new picture are asked for at once, in fields of the same form.
function ask({ number, src, alt = "", caption = "", credit = "" }) {
  if (document.getElementById(`id_alt-${number}`)) return; // it has them already
  const place = document.createElement("fieldset");
  place.className = "surface-picture";
  place.append(
    Object.assign(document.createElement("legend"), { textContent: `[图${number}]` }),
    Object.assign(document.createElement("img"), { src, alt: "" }),
  );
  for (const [name, word, most, value] of [
    ["alt", words.wordsShows, 300, alt],
    ["caption", words.wordsCaption, 300, caption],
    ["credit", words.wordsCredit, 120, credit],
  ]) {
    const id = `id_${name}-${number}`;
    place.append(
      Object.assign(document.createElement("label"), { htmlFor: id, textContent: word }),
      Object.assign(document.createElement("input"), { id, name: `${name}-${number}`, className: "form-control", maxLength: most, value }),
    );
  }
  box.querySelector("[data-surface-asked]").append(place);
}

// To where the cursor stands, or to the end while nobody has put it anywhere. What stands on lines of its own goes behind the
// list, quotation or table that the cursor is in, and the writing goes on below it.
function insertBlock(content) {
  if (!entered) editor.commands.setTextSelection(editor.state.doc.content.size);
  const { $to, to, empty } = editor.state.selection;
  let range = { from: to, to };
  if ($to.depth > 1) range = { from: $to.after(1), to: $to.after(1) };
  else if ($to.depth === 1 && !$to.parent.content.size) range = { from: $to.before(), to: $to.after() };
  else if ($to.depth === 1 && $to.parentOffset === $to.parent.content.size) range = { from: $to.after(), to: $to.after() };
  else if ($to.depth === 1 && empty && $to.parentOffset === 0) range = { from: $to.before(), to: $to.before() };
  const behind = $to.depth !== 1 || $to.parentOffset === $to.parent.content.size;
  entered = true;
  editor
    .chain()
    .insertContentAt(range, content, { updateSelection: false })
    .command(({ tr, state }) => {
      const end = tr.mapping.map(range.to); // behind what was put in
      if (behind || !tr.doc.resolve(end).nodeAfter?.isTextblock) tr.insert(end, state.schema.nodes.paragraph.create());
      tr.setMeta("below", end + 1);
      return true;
    })
    .command(({ tr, commands }) => commands.setTextSelection(tr.getMeta("below")))
    .focus()
    .scrollIntoView()
    .run();
}

const acts = {
  heading: (chain) => chain.toggleHeading({ level: 2 }),
  bold: (chain) => chain.toggleBold(),
  bullets: (chain) => chain.toggleBulletList(),
  numbers: (chain) => chain.toggleOrderedList(),
  quote: (chain) => chain.toggleBlockquote(),
  table: (chain) => chain.insertTable({ rows: 3, cols: 2, withHeaderRow: true }),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
};
const looks = { heading: ["heading", { level: 2 }], bold: ["bold"], bullets: ["bulletList"], numbers: ["orderedList"], quote: ["blockquote"], link: ["link"] };

function pressed() {
  if (!editor) return;
  for (const [act, name] of Object.entries(looks)) {
    box.querySelector(`[data-do=${act}]`).setAttribute("aria-pressed", String(editor.isActive(...name)));
  }
}

box?.addEventListener("click", async (event) => {
  const act = event.target.closest("[data-do]")?.dataset.do;
  if (!act || !editor) return;
  const link = box.querySelector("[data-link]");
  const linkBox = box.querySelector("[data-link-box]");
  if (act === "source") {
    if (!field.hidden) {
      const told = await post(form.dataset.turn, { source: text.value });
      if (!told) return;
      if (!told.whole) return say(words.wordsSource);
      editor.commands.setContent(told.html);
      show(true);
    } else {
      const told = await post(form.dataset.turn, { html: editor.getHTML() });
      if (!told) return;
      text.value = told.source;
      show(false);
    }
  } else if (act === "link") {
    linkBox.hidden = !linkBox.hidden;
    link.value = editor.getAttributes("link").href ?? "";
    if (!linkBox.hidden) link.focus();
  } else if (act === "set-link") {
    const chain = editor.chain().focus().extendMarkRange("link");
    (link.value.trim() ? chain.setLink({ href: link.value.trim() }) : chain.unsetLink()).run();
    linkBox.hidden = true;
  } else acts[act]?.(editor.chain().focus()).run();
});

box?.querySelector("[data-surface-photos]").addEventListener("change", (event) => {
  keepPhotos([...event.target.files]);
  event.target.value = "";
});

// What is chosen beside the text goes to where the cursor stands.
form?.addEventListener("story:put", (event) => {
  const { kind, key, value, title, number, src, html } = event.detail;
  if (kind === "picture" && box) ask(event.detail);
  if (!editor || !field.hidden) return;
  event.preventDefault();
  if (kind === "figure") {
    editor.chain().focus(entered ? null : "end").insertContent({ type: "figure", attrs: { key, words: value, title } }).run();
    entered = true;
  } else if (kind === "picture") insertBlock({ type: "picture", attrs: { number: String(number), src, alt: "" } });
  else insertBlock(html);
});

if (box) start();
