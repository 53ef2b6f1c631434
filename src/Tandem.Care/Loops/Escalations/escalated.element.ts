// <tandem-escalated>: on any open page, tells that something climbed to the reader: the number beside the navigation, a notice that can
// be dismissed, and a count in the window's title. What is read anew is the number alone, never the page.
import { follow } from "../../../Tandem.Hub/Client/elements/live-stream";

const pause = 500; // between readings while changes keep coming

class Escalated extends HTMLElement {
  private known = 0;
  private isReading = false;
  private isWanted = false;

  connectedCallback(): void {
    this.known = this.newest;
    this.count();
    follow([this.dataset["topic"]!], { changed: (topic) => topic === this.dataset["topic"] && this.refresh(), back: () => undefined, lost: () => undefined });
    this.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-dismiss]")) this.say(null);
    });
    addEventListener("pageshow", (event) => event.persisted && this.refresh());
  }

  private get newest(): number {
    return Number(this.dataset["newest"]);
  }

  /** Reads the number now; changes while it is read cause one more reading. */
  private refresh(): void {
    this.isWanted = true;
    if (this.isReading) return;
    this.isReading = true;
    void this.read().finally(() => {
      this.isReading = false;
      if (this.isWanted) setTimeout(() => this.refresh(), pause);
    });
  }

  private async read(): Promise<void> {
    this.isWanted = false;
    try {
      const reply = await fetch(this.dataset["source"]!, { headers: { "X-Tandem-Live": "1", Accept: "text/html" }, redirect: "error" });
      if (reply.ok) this.take(new DOMParser().parseFromString(await reply.text(), "text/html").querySelector<HTMLElement>("tandem-escalated"));
    } catch {
      // the line is gone: the number stays as it was until the stream is back, which brings what was missed
    }
  }

  private take(fresh: HTMLElement | null): void {
    const link = fresh?.querySelector("a");
    if (!fresh) return;
    const isFocused = this.link?.contains(document.activeElement);
    this.link?.remove();
    if (link) this.prepend(document.adoptNode(link));
    if (isFocused) this.link?.focus();
    this.dataset["new"] = fresh.dataset["new"];
    this.dataset["newest"] = fresh.dataset["newest"];
    if (this.newest > this.known) this.say(fresh.querySelector("template"));
    else if (this.dataset["new"] === "0") this.say(null);
    this.known = Math.max(this.known, this.newest);
    this.count();
  }

  private get link(): HTMLElement | null {
    return this.querySelector<HTMLElement>(":scope > a");
  }

  private say(words: HTMLTemplateElement | null): void {
    this.querySelector(".escalated-say")!.replaceChildren(...(words ? [document.importNode(words.content, true)] : []));
  }

  /** Before the title that the page has, whoever gave it. */
  private count(): void {
    const [count, title] = [this.dataset["new"], document.title.replace(/^\(\d+\) /, "")];
    document.title = count === "0" ? title : `(${count}) ${title}`;
  }
}

customElements.define("tandem-escalated", Escalated);
