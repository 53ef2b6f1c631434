// The panel beside a list: the form of one act. It stands and has the focus as soon as it is asked for, so that a letter typed while its
// form is on the way is no key of the list.

export class Panel {
  private shown: HTMLElement | null = null;
  private from: HTMLElement | null = null;

  get isOpen(): boolean {
    return this.shown !== null;
  }

  /** The row whose act it holds. */
  get row(): HTMLElement | null {
    return this.from?.closest<HTMLElement>("[data-row]") ?? null;
  }

  /** Where a notice about the form belongs. */
  get body(): HTMLElement | null {
    return this.shown?.querySelector<HTMLElement>(".panel-body") ?? null;
  }

  contains(node: Node | null): boolean {
    return this.shown?.contains(node) ?? false;
  }

  /** Opens for a link; the answer is false once it was closed or opened for another. */
  open(link: HTMLElement): () => boolean {
    const panel = this.stand(link.closest<HTMLElement>("[data-row]")?.querySelector<HTMLElement>("[data-primary]") ?? link);
    panel.setAttribute("aria-label", link.getAttribute("aria-label") ?? link.innerText);
    panel.setAttribute("aria-busy", "true");
    panel.focus();
    return () => this.shown === panel;
  }

  /** Shows the form of a page: a new one, or the one that was sent with what is wrong in it. */
  show(page: Document, act: Element, from: HTMLElement | null): void {
    const panel = this.shown ?? this.stand(from);
    panel.removeAttribute("aria-busy");
    panel.removeAttribute("aria-label");
    panel.setAttribute("aria-labelledby", "act-title");
    panel.replaceChildren(this.head(page), document.adoptNode(act));
    this.focusForm();
  }

  close(focus = true): void {
    this.shown?.remove();
    this.shown = null;
    if (focus) this.from?.focus();
  }

  private stand(from: HTMLElement | null): HTMLElement {
    this.close(false);
    this.from = from;
    const panel = document.createElement("aside");
    panel.className = "side-panel";
    panel.setAttribute("role", "dialog");
    panel.tabIndex = -1;
    document.querySelector("main")?.append(panel);
    this.shown = panel;
    return panel;
  }

  private head(page: Document): HTMLElement {
    const head = document.createElement("div");
    head.className = "side-head";
    const words = document.createElement("div");
    const title = document.createElement("p");
    title.textContent = page.querySelector("h1")?.textContent?.trim() ?? "";
    words.append(title, ...[...(page.querySelector(".page-header .lead")?.children ?? [])].map((line) => document.adoptNode(line)));
    head.append(words);
    return head;
  }

  private focusForm(): void {
    const first = this.shown?.querySelector<HTMLElement>(".error-summary, [role=alert], input:not([type=hidden]), select, textarea");
    const chosen = first?.closest("fieldset")?.querySelector<HTMLElement>("input:checked");
    (chosen ?? first)?.focus();
  }
}
