// Shows the fields that the chosen kind of lesson has; without scripts all of them stand there.
const FIELDS = { video: ["share", "counts"], quiz: ["passing"], link: ["url"], file: ["file"] };
const form = document.querySelector("[data-lesson-form]");
const kind = form?.querySelector("[name=kind]");
if (kind) {
  const boxOf = (name) => form.querySelector(`[name=${name}]`)?.closest(".field");
  const show = () => {
    for (const [of, names] of Object.entries(FIELDS)) for (const name of names) if (boxOf(name)) boxOf(name).hidden = of !== kind.value;
  };
  kind.addEventListener("change", show);
  show();
}
