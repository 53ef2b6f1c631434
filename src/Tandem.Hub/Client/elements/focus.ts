// <tandem-focus>: what it holds is where the person should be after this page was sent (the errors of a form).
class Focus extends HTMLElement {
  connectedCallback(): void {
    if (this.getAttribute("when") !== "never") queueMicrotask(() => this.querySelector<HTMLElement>("[tabindex]")?.focus());
  }
}

customElements.define("tandem-focus", Focus);
