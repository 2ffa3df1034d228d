// A comment at a paragraph: a button beside each, and the words that are selected in it go along as a quotation.

const dialog = document.getElementById("remark-dialog");
const fields = dialog?.querySelector("form").elements;
const shown = document.getElementById("remark-quote");

const selectedIn = (place) => {
  const selection = document.getSelection();
  const isHere = selection?.rangeCount && place.contains(selection.anchorNode) && place.contains(selection.focusNode);
  return isHere ? selection.toString().trim() : "";
};

let picked = { place: null, words: "" }; // pressing a button may take the selection away
document.addEventListener("selectionchange", () => {
  const node = document.getSelection()?.anchorNode;
  const place = node && (node instanceof Element ? node : node.parentElement)?.closest(".place");
  if (place) picked = { place, words: selectedIn(place) };
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-remark]");
  if (!button || !dialog) return;
  const place = button.closest(".place");
  const words = picked.place === place ? picked.words : "";
  fields.part.value = button.dataset.part;
  fields.file.value = button.dataset.file;
  fields.paragraph.value = button.dataset.paragraph;
  fields.quote.value = words;
  shown.textContent = words || place.querySelector("p, h3").textContent.slice(0, 80);
  dialog.showModal();
  fields.text.focus();
});

const phrases = document.querySelector("[data-phrases]");
phrases?.addEventListener("change", () => {
  const area = document.getElementById(phrases.dataset.phrases);
  if (!phrases.value) return;
  area.value = [area.value.trim(), phrases.value].filter(Boolean).join("\n");
  phrases.value = "";
  area.focus();
});
