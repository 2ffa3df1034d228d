// Writing a story: pictures into the text by a press, and a question before unsaved words are lost. All else is forms.

const form = document.querySelector("[data-story-form]");
const text = document.querySelector("[data-story-text]");

for (const button of document.querySelectorAll("[data-place]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const { selectionStart: start, selectionEnd: end, value } = text;
    const before = value.slice(0, start).replace(/\n*$/, "");
    const after = value.slice(end).replace(/^\n*/, "");
    const mark = button.dataset.place;
    text.value = `${before}${before ? "\n\n" : ""}${mark}\n\n${after}`;
    const cursor = before.length + (before ? 2 : 0) + mark.length;
    text.setSelectionRange(cursor, cursor);
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

let unsaved = false;
form.addEventListener("input", () => (unsaved = true));
form.addEventListener("submit", () => (unsaved = false));
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
