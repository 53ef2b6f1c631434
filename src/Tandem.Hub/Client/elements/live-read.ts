// What is read again when the record has changed. One reading of the page serves all its live regions. What this person does goes
// first: while an act is under way nothing is read, and what was being read when it began is thrown away, for it may tell of the time before.
import { word } from "./words";

/** A part of the page that a reading brings up to date. */
export interface Region extends HTMLElement {
  /** Its rows in sight, each key with the digest of what it shows: the hub says what became of those that are gone, and sends no row again that has not changed. */
  seen(): string[];
  take(fresh: HTMLElement | null): void;
}

export const regions = new Set<Region>();
const pause = 1000; // between readings while changes keep coming without end
const burst = 4; // readings at once after a quiet while: what comes right behind another change is not late
const patience = 10_000; // before a failed reading is tried again
let allowed = burst;
let countedAt = performance.now();
let timer = 0;
let isReading = false;
let isWanted = false;
let isLost = false;
let acting = 0;
let acts = 0;

/** Reads the page now; changes during a reading or an act cause exactly one more. */
export function refresh(): void {
  isWanted = true;
  if (isReading || acting > 0) return;
  clearTimeout(timer);
  const wait = untilAllowed();
  if (wait > 0) {
    timer = window.setTimeout(refresh, wait);
    return;
  }
  allowed--;
  isReading = true;
  void read().finally(() => {
    isReading = false;
    if (isWanted) refresh();
  });
}

/** The rows in sight, as every reading and every act tells the hub. */
export function inSight(): string {
  return [...regions].flatMap((region) => region.seen()).join(",");
}

/** Milliseconds until the next reading: a few at once, then one per pause. */
function untilAllowed(): number {
  const at = performance.now();
  allowed = Math.min(burst, allowed + (at - countedAt) / pause);
  countedAt = at;
  return Math.ceil((1 - allowed) * pause);
}

/** Does an act of the person, with its answer shown, before anything else changes on the page. */
export async function whileActing(act: () => Promise<void>): Promise<void> {
  acting++;
  acts++;
  try {
    await act();
  } finally {
    acting--;
    if (isWanted) refresh();
  }
}

/** The page no longer follows the record, and says so until a reading succeeds. */
export function lose(): void {
  isLost = true;
  say();
}

/** The stream is open. After a break the page is read again whatever was missed. */
export function comeBack(): void {
  if (isLost) refresh();
}

async function read(): Promise<void> {
  isWanted = false;
  const before = acts;
  try {
    const address = [...regions].map((region) => region.dataset["address"]).find(Boolean) ?? location.href;
    const reply = await fetch(address, { headers: { "X-Tandem-Live": "1", "X-Tandem-Rows": inSight() }, redirect: "error" });
    if (!reply.ok) throw new Error(String(reply.status));
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (acts !== before) isWanted = true;
    else regions.forEach((region) => region.take(page.getElementById(region.id)));
    isLost = false;
    say();
  } catch {
    lose();
    isWanted = false; // not before the hub has had its time
    setTimeout(refresh, patience);
  }
}

/** One notice for the whole page while it does not follow the record. */
function say(): void {
  const shown = document.querySelector(".not-live");
  if (!isLost) return shown?.remove();
  if (shown || regions.size === 0) return;
  const note = document.createElement("p");
  note.className = "live-lost not-live";
  note.setAttribute("role", "status");
  document.querySelector("main")?.prepend(note);
  note.textContent = word("notLive");
}
