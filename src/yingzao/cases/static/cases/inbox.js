// One tick for all entries on the page.
const all = document.querySelector("[data-tick-all]");
const each = () => [...document.querySelectorAll("input[name=entry]")];
const look = () => {
  const ticked = each().filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === each().length;
  all.indeterminate = ticked > 0 && !all.checked;
};

all?.addEventListener("change", () => each().forEach((box) => { box.checked = all.checked; }));
document.addEventListener("change", (event) => { if (all && event.target.name === "entry") look(); });
