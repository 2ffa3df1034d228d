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

async function post(address, data) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  const story = form.querySelector("[name=story]");
  if (story) body.set("story", story.value);
  for (const [name, value] of Object.entries(data)) body.set(name, value);
  try {
    const answer = await fetch(address, { method: "POST", body });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.sentence);
    Object.assign(names, told.names);
    return told;
  } catch (failure) {
    say(failure instanceof TypeError || failure instanceof SyntaxError ? words.wordsGone : failure.message);
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
      kit.OrderedList, kit.ListItem, kit.HorizontalRule, kit.History, kit.Dropcursor, kit.Gapcursor, Picture, Figure,
      kit.Heading.configure({ levels: [2, 3] }), kit.Link.configure({ openOnClick: false }), kit.Table, kit.TableRow, kit.TableHeader, kit.TableCell,
    ].filter(Boolean),
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-labelledby": "surface-label", class: "surface-text" },
      handlePaste: (_view, event) => take(event, event.clipboardData),
      handleDrop: (_view, event, _slice, moved) => !moved && take(event, event.dataTransfer),
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
    const told = await post(form.dataset.turn, { html: editor.getHTML() });
    if (!told || !hidden.isConnected) return;
    text.value = told.source;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }, 700);
}

function take(event, data) {
  const photos = [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  const html = data?.getData("text/html") ?? "";
  if (photos.length && !html.includes("<p") && !html.includes("<td")) {
    event.preventDefault();
    photos.forEach(upload);
    return true;
  }
  if (!html || html.includes("data-pm-slice")) return false;
  event.preventDefault();
  const plain = data.getData("text/plain");
  post(form.dataset.turn, { html }).then((told) => editor.chain().focus().insertContent(told ? told.html : plain).run());
  return true;
}

async function upload(photo) {
  if (!form.dataset.photo) return say(words.wordsFirst);
  say(`${words.wordsBusy} ${photo.name}`);
  const told = await post(form.dataset.photo, { photo });
  if (!told) return;
  say("");
  editor.chain().focus().insertContent({ type: "picture", attrs: { number: String(told.number), src: told.src, alt: "" } }).run();
  ask(told);
}

// The words about a new picture are asked for at once, in fields of the same form.
function ask({ number, src }) {
  const place = document.createElement("div");
  place.className = "surface-picture";
  const image = Object.assign(document.createElement("img"), { src, alt: "" });
  const label = Object.assign(document.createElement("label"), { htmlFor: `id_alt-${number}`, textContent: `[图${number}] ${words.wordsShows}` });
  const input = Object.assign(document.createElement("input"), { id: `id_alt-${number}`, name: `alt-${number}`, className: "form-control", maxLength: 300 });
  place.append(image, label, input);
  said.after(place);
  input.focus();
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
  [...event.target.files].forEach(upload);
  event.target.value = "";
});

// What is chosen beside the text goes to where the cursor stands.
form?.addEventListener("story:put", (event) => {
  if (!editor || !field.hidden) return;
  event.preventDefault();
  const { kind, key, value, title, number, src, html } = event.detail;
  const chain = editor.chain().focus(entered ? null : "end"); // nobody has put the cursor anywhere yet
  if (kind === "figure") chain.insertContent({ type: "figure", attrs: { key, words: value, title } }).run();
  else if (kind === "picture") chain.insertContent({ type: "picture", attrs: { number, src, alt: "" } }).run();
  else chain.insertContent(html).run();
});

if (box) start();
