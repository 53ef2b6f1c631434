// <tandem-work>: keeps a list of work in its place while one acts on it. A link with data-panel opens its form in a panel beside
// the list; a post is sent in the background and its answer (toast, list, or the form with its errors) is put where it belongs.
// Nobody waits for an answer: acts that are pressed meanwhile are sent in turn, and an answer leaves alone what the person has gone on to.
// Without this element the same links and forms lead to pages.
import { inSight, regions, whileActing } from "./live-read";
import { Panel } from "./panel";
import { word } from "./words";

/** One press: what is sent, and the row that it is about. */
interface Act {
  readonly form: HTMLFormElement;
  readonly button: HTMLButtonElement;
  readonly row: HTMLElement | null;
  readonly address: string;
  readonly fields: URLSearchParams;
  /** The person took it back before it was answered. */
  isTakenBack: boolean;
}

class Work extends HTMLElement {
  private readonly panel = new Panel();
  private readonly waiting: Act[] = [];
  private last: Act | null = null;
  private acted: HTMLElement | null = null;
  private sending: Promise<void> | null = null;

  connectedCallback(): void {
    document.addEventListener("click", this.clicked);
    document.addEventListener("submit", this.submitted);
    document.addEventListener("keydown", this.key);
    document.addEventListener("tandem:undo", this.undo);
    addEventListener("pagehide", this.leave);
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.clicked);
    document.removeEventListener("submit", this.submitted);
    document.removeEventListener("keydown", this.key);
    document.removeEventListener("tandem:undo", this.undo);
    removeEventListener("pagehide", this.leave);
  }

  private readonly clicked = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (link?.hasAttribute("data-panel") && this.contains(link)) {
      event.preventDefault();
      void this.open(link);
    } else if (link?.hasAttribute("data-cancel") && this.panel.contains(link)) {
      event.preventDefault();
      this.panel.close();
    } else if (link && this.sending && link.origin === location.origin && !link.target && !link.getAttribute("href")?.startsWith("#")) {
      event.preventDefault();
      void this.goOn(link);
    }
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.panel.isOpen && !event.defaultPrevented) this.panel.close();
  };

  private readonly submitted = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter as HTMLButtonElement | null;
    const ours = button && (this.contains(button) || this.panel.contains(button) || button.hasAttribute("data-undo"));
    if (!ours || form.method !== "post" || form.closest("search") || event.defaultPrevented) return; // a search leads to another list
    event.preventDefault();
    if (button.getAttribute("aria-busy") === "true") return; // the same press twice
    const row = button.closest<HTMLElement>("[data-row]") ?? (this.panel.contains(button) ? this.panel.row : this.acted);
    const address = button.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
    const fields = new URLSearchParams(new FormData(form, button) as unknown as Record<string, string>);
    button.setAttribute("aria-busy", "true");
    this.last = { form, button, row, address, fields, isTakenBack: false };
    this.waiting.push(this.last);
    this.sending ??= whileActing(() => this.sendAll()).finally(() => (this.sending = null));
  };

  /** The key that takes back means the last act, also while that has no answer yet. */
  private readonly undo = (event: Event): void => {
    if (!this.last) return;
    event.preventDefault();
    this.last.isTakenBack = true;
  };

  /** The person goes to another page: what was pressed and not sent yet goes too. */
  private readonly leave = (): void => {
    for (const act of this.waiting.splice(0)) void this.post(act, true);
  };

  /** To another page once every act is answered: leaving would break off what is on its way. Stays when one could not be sent. */
  private async goOn(link: HTMLAnchorElement): Promise<void> {
    await this.sending;
    if (!document.querySelector(".unsent")) location.assign(link.href);
  }

  private async open(link: HTMLAnchorElement): Promise<void> {
    const isWanted = this.panel.open(link);
    await this.sending; // an act on the same row changes what its form says
    const page = await this.read(() => fetch(link.href, { headers: { "X-Tandem-Live": "1" } }), isWanted);
    if (!isWanted()) return;
    const act = page?.querySelector("[data-act]");
    if (page && act) return this.panel.show(page, act, link);
    this.panel.close();
    if (page) location.assign(link.href);
  }

  private async sendAll(): Promise<void> {
    for (let act = this.waiting.shift(); act; act = this.waiting.shift()) await this.send(act);
  }

  private async send(act: Act): Promise<void> {
    const page = await this.read(() => this.post(act));
    act.button.removeAttribute("aria-busy");
    if (this.last === act) this.last = null;
    if (!page || !this.answer(page, act) || !act.isTakenBack) return;
    document.querySelector<HTMLButtonElement>("tandem-toast [data-undo]")?.click();
  }

  /** The rows in sight go along, so that the answer can say what became of those that are gone. */
  private post(act: Act, keepalive = false): Promise<Response> {
    return fetch(act.address, { method: "POST", body: act.fields, headers: { "X-Tandem-Rows": inSight() }, keepalive });
  }

  /** False when the hub asks for more before it does the act. */
  private answer(page: Document, act: Act): boolean {
    const form = page.querySelector("[data-act]");
    if (form) {
      this.panel.show(page, form, act.row?.querySelector<HTMLElement>("[data-primary]") ?? null);
      return false;
    }
    if (this.panel.contains(act.form)) this.panel.close(false);
    for (const region of regions) region.take(page.getElementById(region.id));
    this.toast(page.querySelector("tandem-toast"));
    this.focusRow(act);
    this.acted = act.row;
    return true;
  }

  private toast(fresh: Element | null): void {
    document.querySelectorAll("tandem-toast").forEach((toast) => toast.remove());
    if (fresh) document.querySelector("main")?.prepend(document.adoptNode(fresh));
  }

  /** Where the person has gone meanwhile stays; else back to the row that was acted on, or the next that still waits. */
  private focusRow({ row, button }: Act): void {
    const here = document.activeElement;
    const hasMoved = here !== null && here !== document.body && !(row?.classList.contains("gone") && row.contains(here));
    if (this.panel.isOpen || (hasMoved && !button.hasAttribute("data-undo"))) return;
    let at: Element | null = row;
    while (at && (at.classList.contains("gone") || !at.isConnected)) at = at.nextElementSibling;
    const target = at ?? this.querySelector("[data-row]:not(.gone)");
    target?.querySelector<HTMLElement>("[data-primary]")?.focus();
  }

  /** Reads a page; says so when the hub cannot be reached, and leaves everything as it is. */
  private async read(ask: () => Promise<Response>, isWanted: () => boolean = () => true): Promise<Document | null> {
    try {
      const reply = await ask();
      document.querySelectorAll(".unsent").forEach((note) => note.remove());
      if (reply.ok || reply.status === 404) return new DOMParser().parseFromString(await reply.text(), "text/html");
    } catch {
      // told below: the connection is gone
    }
    if (isWanted()) this.sayUnsent();
    return null;
  }

  private sayUnsent(): void {
    document.querySelectorAll(".unsent").forEach((note) => note.remove());
    const note = document.createElement("p");
    note.className = "live-lost unsent";
    note.setAttribute("role", "alert");
    note.textContent = word("unsent");
    (this.panel.body ?? this).prepend(note);
  }
}

customElements.define("tandem-work", Work);
