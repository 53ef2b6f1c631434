// <tandem-clock kind="ago|due">: keeps a relative time running. Writes the same forms as Tandem.Kernel.Pages.Spans.
import { now, word } from "./words";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const clocks = new Set<Clock>();

/** The length as short as a row allows, or null where only the server has the words (months, years). */
export function short(length: number): string | null {
  const minutes = Math.floor(length / minute);
  const hours = Math.floor(length / hour);
  const days = Math.floor(length / day);
  if (hours < 1) return `${minutes} min`;
  if (days < 1) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${String(minutes % 60).padStart(2, "0")}`;
  if (days < 7) return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
  return days < 60 ? `${days} d` : null;
}

function tell(kind: string, left: number): string | null {
  const [past, future, here] = kind === "due" ? ["overdueBy", "dueIn", "dueNow"] : ["ago", "in", "here"];
  if (Math.abs(left) < minute) return word(here!);
  const length = short(Math.abs(left));
  return length === null ? null : word(left < 0 ? past! : future!, length);
}

class Clock extends HTMLElement {
  connectedCallback(): void {
    clocks.add(this);
    this.tick();
  }

  disconnectedCallback(): void {
    clocks.delete(this);
  }

  tick(): void {
    const time = this.querySelector("time");
    if (!time) return;
    const left = Date.parse(time.dateTime) - now();
    const text = tell(this.getAttribute("kind") ?? "ago", left);
    if (text !== null && time.textContent !== text) time.textContent = text;
    if (this.hasAttribute("soon")) this.colour(left);
  }

  /** Tone and shape follow the clock together. */
  private colour(left: number): void {
    const tone = left < 0 ? "urgent" : left < Number(this.getAttribute("soon")) * 1000 ? "caution" : "neutral";
    if (this.classList.contains(`tone-${tone}`)) return;
    this.classList.remove("tone-neutral", "tone-caution", "tone-urgent");
    this.classList.add(`tone-${tone}`);
    const shape = document.querySelector<HTMLTemplateElement>(`template[data-shape="${tone}"]`)?.content.firstElementChild;
    if (shape) this.querySelector(".icon")?.replaceWith(shape.cloneNode(true));
  }
}

customElements.define("tandem-clock", Clock);
setInterval(() => clocks.forEach((clock) => clock.tick()), 15_000);
document.addEventListener("visibilitychange", () => clocks.forEach((clock) => clock.tick()));
