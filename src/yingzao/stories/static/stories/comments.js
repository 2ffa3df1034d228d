// Marked words of the text become the passage that a comment is about.

const quotable = document.querySelector("[data-quotable]");
const quote = document.querySelector("[data-quote]");

document.addEventListener("selectionchange", () => {
  const marked = document.getSelection();
  if (!quote || !quotable || marked.isCollapsed || !quotable.contains(marked.anchorNode)) return;
  const words = marked.toString().replace(/\s+/g, " ").trim();
  if (words) quote.value = words.slice(0, 300);
});
