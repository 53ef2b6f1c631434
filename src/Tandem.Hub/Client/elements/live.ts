// <tandem-live id topics mode>: follows topics over the one stream of this browser and brings its part of the page up to date.
// mode "rows": rows (data-key) change where they are, new rows are offered by a button, gone rows are marked; nothing moves
// under the reader's hand. mode "whole": the part is morphed in place.
import { Idiomorph } from "idiomorph/dist/idiomorph.esm.js";
import { comeBack, lose, refresh, type Region, regions } from "./live-read";
import { follow, type Follower, unfollow } from "./live-stream";
import { word } from "./words";

/** What is typed and what is unfolded is the reader's, whatever the hub writes; a row of which the hub says only that it is the same (data-same) stays. */
const morphing = {
  ignoreActiveValue: true,
  callbacks: {
    beforeAttributeUpdated: (name: string, node: Element) => name !== "open" || node.localName !== "details",
    beforeNodeMorphed: (_: Node, fresh: Node) => !(fresh instanceof HTMLElement && isSame(fresh)),
  },
};

function isSame(row: HTMLElement): boolean {
  return row.dataset["same"] !== undefined;
}

class Live extends HTMLElement implements Region {
  /** The rows as the hub last wrote them: what has not changed since is left alone, which is nearly all of a list. */
  private readonly written = new Map<string, string>();

  private readonly follower: Follower = {
    changed: (topic) => {
      if (this.topics.includes(topic)) refresh();
    },
    back: comeBack,
    lost: lose,
  };

  connectedCallback(): void {
    regions.add(this);
    follow(this.topics, this.follower);
  }

  disconnectedCallback(): void {
    regions.delete(this);
    unfollow(this.follower);
  }

  private get topics(): string[] {
    return (this.getAttribute("topics") ?? "").split(" ").filter(Boolean);
  }

  private get state(): HTMLElement | null {
    return this.querySelector(":scope > .live-state");
  }

  take(fresh: HTMLElement | null): void {
    if (!fresh) return;
    const row = document.activeElement?.closest<HTMLElement>("[data-key]");
    if (this.getAttribute("mode") === "rows" && this.keys(this).size > 0) this.takeRows(fresh);
    else this.takeWhole(fresh);
    if (row && document.activeElement === document.body) this.keep(row);
    this.dispatchEvent(new CustomEvent("tandem:fresh", { bubbles: true }));
  }

  /** What had the focus is no more (a colleague took the item, and its "Take" went): the hand stays on the row, not at the top of the page. */
  private keep(row: HTMLElement): void {
    const now = this.keys(this).get(row.dataset["key"]!);
    (now?.querySelector<HTMLElement>("[data-primary]") ?? now?.querySelector<HTMLElement>("a[href]"))?.focus();
  }

  seen(): string[] {
    if (this.getAttribute("mode") !== "rows") return [];
    return [...this.keys(this)].map(([key, row]) => (row.dataset["digest"] && !row.classList.contains("gone") ? `${key}:${row.dataset["digest"]}` : key));
  }

  private keys(root: HTMLElement): Map<string, HTMLElement> {
    return new Map([...root.querySelectorAll<HTMLElement>("[data-key]")].map((row) => [row.dataset["key"]!, row]));
  }

  private takeRows(fresh: HTMLElement): void {
    const old = this.keys(this);
    this.leaveOut(fresh, old);
    const next = this.keys(fresh);
    for (const [key, row] of old) {
      const now = next.get(key);
      if (now) this.morphRow(key, row, now);
      else if (!this.pushedDown(row, fresh)) this.mark(row, fresh);
    }
    const last = Number([...old.values()].at(-1)?.dataset["rank"]);
    const fromBelow: HTMLElement[] = [];
    let added = 0;
    for (const [key, row] of next) {
      if (old.has(key)) continue;
      if (Number(row.dataset["rank"]) > last) fromBelow.push(row);
      else added++;
    }
    if (added > 0 && this.mayMove()) return this.takeWhole(fresh);
    [...old.values()].at(-1)?.after(...fromBelow.map((row) => document.importNode(row, true)));
    this.offer(added, fresh);
  }

  /**
   * Rows without a rank that follow the last known one were not in sight before: a longer reading brings them so that no row in sight
   * is lost. They are left out, and with them the groups that hold nothing else.
   */
  private leaveOut(fresh: HTMLElement, old: Map<string, HTMLElement>): void {
    const rows = [...this.keys(fresh).entries()];
    const last = rows.findLastIndex(([key]) => old.has(key));
    for (const [, row] of last < 0 ? [] : rows.slice(last + 1)) {
      if (row.dataset["rank"] !== undefined) continue;
      let part: HTMLElement = row;
      while (part.parentElement && part.parentElement !== fresh && part.parentElement.querySelectorAll("[data-key]").length === 1) part = part.parentElement;
      part.remove();
    }
  }

  private morphRow(key: string, row: HTMLElement, now: HTMLElement): void {
    if (isSame(now)) return;
    const text = now.outerHTML;
    if (this.written.get(key) === text && !row.classList.contains("gone")) return;
    this.written.set(key, text);
    const ticked = row.querySelector<HTMLInputElement>("input[type=checkbox]")?.checked;
    Idiomorph.morph(row, now, morphing);
    const box = row.querySelector<HTMLInputElement>("input[type=checkbox]");
    if (box && ticked !== undefined) box.checked = ticked;
  }

  /** True when new rows above have pushed a row (data-rank) off this page: it is still on the list. */
  private pushedDown(row: HTMLElement, fresh: HTMLElement): boolean {
    const last = [...this.keys(fresh).values()].at(-1)?.dataset["rank"];
    return last !== undefined && Number(row.dataset["rank"]) >= Number(last) && fresh.querySelector("[rel=next]") !== null;
  }

  /** Nobody reads or acts in the middle of the list: at the top, nothing focused in it, nothing open or marked. */
  private mayMove(): boolean {
    const busy = this.contains(document.activeElement) || this.querySelector("details[open], .gone, [data-key]:hover") !== null;
    return scrollY < 40 && !busy && document.querySelector(".side-panel") === null;
  }

  private mark(row: HTMLElement, fresh: HTMLElement): void {
    if (row.classList.contains("gone")) return;
    row.classList.add("gone");
    const note = document.createElement("span");
    note.className = "gone-note";
    note.textContent = fresh.querySelector(`[data-of="${CSS.escape(row.dataset["key"]!)}"]`)?.textContent ?? word("noLongerListed");
    (row.querySelector("[data-primary]") ?? row.querySelector("a[href]") ?? row.firstElementChild)?.after(note);
    row.querySelectorAll<HTMLButtonElement>("button").forEach((button) => (button.disabled = true));
  }

  private offer(added: number, fresh: HTMLElement): void {
    const state = this.state;
    if (!state) return;
    if (added === 0) return state.replaceChildren();
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-primary";
    button.textContent = added === 1 ? word("newItem", "1") : word("newItems", String(added));
    button.addEventListener("click", () => {
      this.takeWhole(fresh);
      this.querySelector<HTMLElement>("[data-row] [data-primary], [data-row] a[href]")?.focus();
    });
    state.replaceChildren(button);
  }

  private takeWhole(fresh: HTMLElement): void {
    this.written.clear();
    Idiomorph.morph(this, fresh.childNodes, { morphStyle: "innerHTML", ...morphing });
  }
}

customElements.define("tandem-live", Live);
