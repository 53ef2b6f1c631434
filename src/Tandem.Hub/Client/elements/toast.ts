// <tandem-toast>: the answer to the last act floats over the page, can be dismissed, and z or u takes the act back.
import { lettersAct } from "./words";

class Toast extends HTMLElement {
  connectedCallback(): void {
    this.classList.add("floating");
    const close = this.querySelector<HTMLButtonElement>("[data-dismiss]");
    if (close) {
      close.hidden = false;
      close.addEventListener("click", () => this.remove());
    }
  }
}

customElements.define("tandem-toast", Toast);

// One key, one act: the last. Whoever has an act under way takes the wish over (tandem:undo), for its toast is yet to come.
document.addEventListener("keydown", (event) => {
  const isTyping = (event.target as Element).closest("input, textarea, select, [contenteditable]");
  if (isTyping || !lettersAct() || (event.key !== "z" && event.key !== "u") || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const isFree = document.dispatchEvent(new CustomEvent("tandem:undo", { cancelable: true }));
  if (isFree) document.querySelector<HTMLButtonElement>("tandem-toast [data-undo]")?.click();
});
