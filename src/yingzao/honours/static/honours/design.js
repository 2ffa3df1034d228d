// The boxes over a sample certificate: pulled with the pointer, they write into the form's numbers, which do the same from the keyboard.

const form = document.querySelector("[data-design]");
const preview = document.getElementById("design-preview");
let pulling = false; // a sample that arrives meanwhile would take the box out of the hand
let missed = false;

const rounded = (millimetres) => Math.max(0, Math.round(millimetres * 2) / 2);
const input = (key, part) => form.elements.namedItem(`${key}-${part}`);

function lay(box, paper) {
  const { x, y, width, height } = box.dataset;
  box.style.left = `${(x / paper.dataset.pageWidth) * 100}%`;
  box.style.top = `${(y / paper.dataset.pageHeight) * 100}%`;
  box.style.width = `${(width / paper.dataset.pageWidth) * 100}%`;
  box.style.height = `${(height / paper.dataset.pageHeight) * 100}%`;
}

function move(box, paper, x, y) {
  box.dataset.x = rounded(x);
  box.dataset.y = rounded(y);
  lay(box, paper);
}

function write(box) {
  input(box.dataset.key, "x").value = box.dataset.x;
  input(box.dataset.key, "y").value = box.dataset.y;
  input(box.dataset.key, "y").dispatchEvent(new Event("change", { bubbles: true }));
}

function open(key) {
  for (const spot of form.querySelectorAll("[data-spot]")) spot.open = spot.dataset.spot === key || spot.open;
}

function watch(box, paper) {
  let start = null;
  box.addEventListener("pointerdown", (event) => {
    box.setPointerCapture(event.pointerId);
    pulling = true;
    start = { left: event.clientX, top: event.clientY, x: Number(box.dataset.x), y: Number(box.dataset.y) };
  });
  box.addEventListener("pointermove", (event) => {
    if (!start) return;
    const scale = paper.dataset.pageWidth / paper.clientWidth;
    move(box, paper, start.x + (event.clientX - start.left) * scale, start.y + (event.clientY - start.top) * scale);
  });
  box.addEventListener("pointerup", () => {
    const moved = start && (Number(box.dataset.x) !== start.x || Number(box.dataset.y) !== start.y);
    start = null;
    pulling = false;
    if (moved || missed) write(box);
    missed = false;
  });
  box.addEventListener("pointercancel", () => {
    start = null;
    pulling = false;
    lay(box, paper);
  });
  box.addEventListener("click", () => open(box.dataset.key));
}

preview.addEventListener("dragstart", (event) => event.preventDefault()); // the browser would carry the picture away

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target !== preview || !pulling) return;
  event.detail.shouldSwap = false;
  missed = true;
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== preview) return;
  const paper = preview.querySelector(".design-paper");
  if (!paper) return;
  for (const box of paper.querySelectorAll(".design-box")) {
    lay(box, paper);
    watch(box, paper);
  }
});
