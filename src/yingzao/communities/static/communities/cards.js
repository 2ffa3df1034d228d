// The table of cards: how many are chosen, and dragging as another way to press "Chosen cards here". All of it works without.

const form = document.getElementById("cards");
const told = form?.querySelector("[data-chosen]");
const boxes = [...document.querySelectorAll("[name=need][type=checkbox]")];

const count = () => {
  const chosen = boxes.filter((box) => box.checked).length;
  const { none, one, many } = told.dataset;
  told.textContent = chosen === 0 ? none : chosen === 1 ? one : many.replace("{n}", chosen);
};

const boxOf = (card) => card.querySelector("[name=need]");

if (form) {
  for (const box of boxes) box.addEventListener("change", count);
  count();

  for (const card of document.querySelectorAll("[data-card]")) {
    card.addEventListener("dragstart", (event) => {
      // Dragged alone, or with all that are chosen when it is one of them.
      if (!boxOf(card).checked) for (const box of boxes) box.checked = false;
      boxOf(card).checked = true;
      count();
      event.dataTransfer.setData("text/plain", card.dataset.card);
      event.dataTransfer.effectAllowed = "move";
    });
  }

  for (const pile of document.querySelectorAll("[data-pile]")) {
    pile.addEventListener("dragover", (event) => {
      event.preventDefault();
      pile.classList.add("pile-over");
    });
    pile.addEventListener("dragleave", () => pile.classList.remove("pile-over"));
    pile.addEventListener("drop", (event) => {
      event.preventDefault();
      pile.classList.remove("pile-over");
      const here = document.createElement("input");
      here.type = "hidden";
      here.name = "here";
      here.value = pile.dataset.pile;
      form.append(here);
      form.submit();
    });
  }
}
