// <tandem-list>: walks rows by key. A row has data-row; its main link data-primary (else its first link); its tick box is its
// first checkbox; a button or link with data-hotkey acts on that letter. The focus is on the row's link, so screen readers
// hear a link as ever and Enter needs no help.
import { lettersAct } from "./words";

class List extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("keydown", this.key);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.key);
  }

  private rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => row.offsetParent !== null);
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    if (target.closest("textarea, select, [contenteditable], dialog, [popover]:popover-open")) return;
    if (target.closest("input") && !target.matches("[type=checkbox]")) return;
    const inside = this.contains(target);
    if (!inside && (!lettersAct() || target !== document.body)) return;
    if (this.act(event.key, target, inside)) event.preventDefault();
  };

  private act(key: string, target: HTMLElement, inside: boolean): boolean {
    const rows = this.rows();
    const at = rows.findIndex((row) => row.contains(target));
    if (key === "j" || (inside && key === "ArrowDown")) return this.go(rows, at + 1);
    if (key === "k" || (inside && key === "ArrowUp")) return this.go(rows, at < 0 ? rows.length - 1 : at - 1);
    const row = rows[at];
    if (!row) return false;
    if (key === "x" && this.tick(row)) return true;
    return key.length === 1 && this.press(row, key);
  }

  private go(rows: HTMLElement[], to: number): boolean {
    const row = rows[Math.min(Math.max(to, 0), rows.length - 1)];
    const link = row?.querySelector<HTMLElement>("[data-primary]") ?? row?.querySelector<HTMLElement>("a[href]");
    link?.focus();
    row?.scrollIntoView({ block: "nearest" });
    return link !== undefined && link !== null;
  }

  private tick(row: HTMLElement): boolean {
    const box = row.querySelector<HTMLInputElement>("input[type=checkbox]");
    box?.click();
    return box !== null;
  }

  private press(row: HTMLElement, key: string): boolean {
    const act = row.querySelector<HTMLElement>(`[data-hotkey="${CSS.escape(key)}"]`);
    act?.click();
    return act !== null;
  }
}

customElements.define("tandem-list", List);
