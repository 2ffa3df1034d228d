// A colour is picked beside the field that holds its six digits.

for (const field of document.querySelectorAll("[data-colour]")) {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.className = "colour-picker";
  picker.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
  const take = () => {
    picker.value = /^#[0-9a-f]{6}$/i.test(field.value) ? field.value : field.dataset.colour;
  };
  picker.addEventListener("input", () => (field.value = picker.value));
  field.addEventListener("input", take);
  take();
  field.after(picker);
}
