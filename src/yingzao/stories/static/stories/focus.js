// The point of a picture that stays in view where it is cut: by a press, by arrow keys, or by the two numbers beside it.

const STEP = 2; // hundredths
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const within = (value) => Math.min(100, Math.max(0, Math.round(value)));

/** Where CSS has to put a cut so that its middle comes as near to the point as the edges let it. */
function placed(point, length, kept) {
  if (length <= kept) return "50%";
  const start = Math.min(Math.max((point / 100) * length - kept / 2, 0), length - kept);
  return `${(start / (length - kept)) * 100}%`;
}

for (const box of document.querySelectorAll("[data-focus-point]")) {
  const pad = box.querySelector("[data-focus-pad]");
  const [x, y] = box.querySelectorAll("input");
  const picture = pad.querySelector("img");
  const ring = pad.querySelector(".focus-ring");
  const [width, height] = [Number(picture.getAttribute("width")), Number(picture.getAttribute("height"))];

  function show() {
    const [left, top] = [within(Number(x.value || 50)), within(Number(y.value || 50))];
    ring.style.left = `${left}%`;
    ring.style.top = `${top}%`;
    for (const [name, ratio] of [["wide", 16 / 9], ["square", 1]]) {
      const cut = [Math.min(width, height * ratio), Math.min(height, width / ratio)];
      box.querySelector(`.focus-${name}`).style.objectPosition = `${placed(left, width, cut[0])} ${placed(top, height, cut[1])}`;
    }
  }

  function point(left, top) {
    x.value = within(left);
    y.value = within(top);
    x.dispatchEvent(new Event("input", { bubbles: true }));
  }

  pad.addEventListener("click", (event) => {
    if (!event.detail) return; // pressed with a key: there is no place
    const edges = picture.getBoundingClientRect();
    point(((event.clientX - edges.left) / edges.width) * 100, ((event.clientY - edges.top) / edges.height) * 100);
  });
  pad.addEventListener("keydown", (event) => {
    const step = KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    const far = event.shiftKey ? STEP * 5 : STEP;
    point(Number(x.value || 50) + step[0] * far, Number(y.value || 50) + step[1] * far);
  });
  box.addEventListener("input", show);
  pad.hidden = false;
  box.querySelector("[data-focus-cuts]").hidden = false;
  show();
}
