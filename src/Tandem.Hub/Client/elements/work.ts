// <tandem-work>: keeps a list of work in its place while one acts on it. A link with data-panel opens its form in a panel beside
// the list; a post is sent in the background and its answer (toast, list, or the form with its errors) is put where it belongs.
// Without this element the same links and forms lead to pages.
import { word } from "./words";

interface Region extends HTMLElement {
  take(fresh: HTMLElement | null): void;
}

class Work extends HTMLElement {
  private panel: HTMLElement | null = null;
  private from: HTMLElement | null = null;
  private sending = false;

  connectedCallback(): void {
    document.addEventListener("click", this.clicked);
    document.addEventListener("submit", this.submitted);
    document.addEventListener("keydown", this.key);
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.clicked);
    document.removeEventListener("submit", this.submitted);
    document.removeEventListener("keydown", this.key);
  }

  private readonly clicked = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (link?.hasAttribute("data-panel") && this.contains(link)) {
      event.preventDefault();
      void this.open(link);
    } else if (link?.hasAttribute("data-cancel") && this.panel?.contains(link)) {
      event.preventDefault();
      this.close();
    }
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.panel && !event.defaultPrevented) this.close();
  };

  private readonly submitted = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter as HTMLButtonElement | null;
    const ours = button && (this.contains(button) || this.panel?.contains(button) || button.hasAttribute("data-undo"));
    if (!ours || form.method !== "post" || event.defaultPrevented) return;
    event.preventDefault();
    if (!this.sending) void this.send(form, button);
  };

  private async open(link: HTMLAnchorElement): Promise<void> {
    const page = await this.read(() => fetch(link.href, { headers: { "X-Tandem-Live": "1" } }));
    const act = page?.querySelector("[data-act]");
    if (!page || !act) return page ? location.assign(link.href) : undefined;
    this.close(false);
    this.from = link.closest<HTMLElement>("[data-row]")?.querySelector<HTMLElement>("[data-primary]") ?? link;
    const panel = document.createElement("aside");
    panel.className = "side-panel";
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-labelledby", "act-title");
    const head = document.createElement("div");
    head.className = "side-head";
    const words = document.createElement("div");
    for (const text of [page.querySelector("h1"), page.querySelector(".page-header .lead")]) {
      const line = document.createElement("p");
      line.textContent = text?.textContent?.trim() ?? "";
      words.append(line);
    }
    head.append(words);
    panel.append(head, document.adoptNode(act));
    document.querySelector("main")?.append(panel);
    this.panel = panel;
    this.focusForm();
  }

  private focusForm(): void {
    const first = this.panel?.querySelector<HTMLElement>(".error-summary, [role=alert], input:not([type=hidden]), select, textarea");
    const chosen = first?.closest("fieldset")?.querySelector<HTMLElement>("input:checked");
    (chosen ?? first)?.focus();
  }

  private close(focus = true): void {
    this.panel?.remove();
    this.panel = null;
    if (focus) this.from?.focus();
  }

  private async send(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
    const row = button.closest<HTMLElement>("[data-row]") ?? this.from?.closest<HTMLElement>("[data-row]") ?? null;
    const address = button.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
    const fields = new URLSearchParams(new FormData(form, button) as unknown as Record<string, string>);
    this.sending = true;
    button.setAttribute("aria-busy", "true");
    const page = await this.read(() => fetch(address, { method: "POST", body: fields, headers: this.seen() }));
    this.sending = false;
    button.removeAttribute("aria-busy");
    if (page) this.answer(page, row);
  }

  /** The rows in sight, so that the answer can say what became of those that are gone. */
  private seen(): Record<string, string> {
    return { "X-Tandem-Rows": [...this.querySelectorAll<HTMLElement>("[data-key]")].map((row) => row.dataset["key"]).join(",") };
  }

  private answer(page: Document, row: HTMLElement | null): void {
    const act = page.querySelector("[data-act]");
    if (act && this.panel) {
      this.panel.querySelector("[data-act]")?.replaceWith(document.adoptNode(act));
      return this.focusForm();
    }
    this.close(false);
    for (const region of document.querySelectorAll<Region>("tandem-live")) region.take(page.getElementById(region.id));
    this.toast(page.querySelector("tandem-toast"));
    this.focusRow(row);
  }

  private toast(fresh: Element | null): void {
    document.querySelectorAll("tandem-toast").forEach((toast) => toast.remove());
    if (fresh) document.querySelector("main")?.prepend(document.adoptNode(fresh));
  }

  /** Back to the row that was acted on, or the next that still waits. */
  private focusRow(row: HTMLElement | null): void {
    let at: Element | null = row;
    while (at && (at.classList.contains("gone") || !at.isConnected)) at = at.nextElementSibling;
    const target = at ?? this.querySelector("[data-row]:not(.gone)");
    target?.querySelector<HTMLElement>("[data-primary]")?.focus();
  }

  /** Reads a page; says so when the hub cannot be reached, and leaves everything as it is. */
  private async read(ask: () => Promise<Response>): Promise<Document | null> {
    try {
      const reply = await ask();
      document.querySelectorAll(".unsent").forEach((note) => note.remove());
      if (reply.ok || reply.status === 404) return new DOMParser().parseFromString(await reply.text(), "text/html");
    } catch {
      // told below: the connection is gone
    }
    this.sayUnsent();
    return null;
  }

  private sayUnsent(): void {
    document.querySelectorAll(".unsent").forEach((note) => note.remove());
    const note = document.createElement("p");
    note.className = "live-lost unsent";
    note.setAttribute("role", "alert");
    note.textContent = word("unsent");
    (this.panel?.querySelector(".panel-body") ?? this).prepend(note);
  }
}

customElements.define("tandem-work", Work);
