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
    document.addEventListener("keydown", this.undo);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.undo);
  }

  private readonly undo = (event: KeyboardEvent): void => {
    const typing = (event.target as Element).closest("input, textarea, select, [contenteditable]");
    if (document.querySelector("tandem-toast") !== this) return; // one key, one act
    if (!typing && lettersAct() && (event.key === "z" || event.key === "u") && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.querySelector<HTMLButtonElement>("[data-undo]")?.click();
    }
  };
}

customElements.define("tandem-toast", Toast);
