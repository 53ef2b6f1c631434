// The display menu closes when the person turns elsewhere; ? opens the sheet of shortcuts, / and p lead to the searches.
import { lettersAct } from "./words";

for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu")) {
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target as Node)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !lettersAct()) return;
  if ((event.target as Element).closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "?") document.getElementById("shortcuts")?.togglePopover();
  const person = document.getElementById("find-person");
  const search = event.key === "/" ? (document.querySelector<HTMLElement>("main input[type=search]") ?? person) : event.key === "p" ? person : null;
  if (search?.offsetParent) {
    event.preventDefault();
    search.focus();
  }
});
