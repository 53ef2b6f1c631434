// The stream itself, for the shared worker and for tabs without one.

/** What the worker and the tabs say to each other. `since` is the hub's position when the tab's page was written. */
export type ToWorker = { follow: string[]; since: number } | { leave: true } | { retry: true };
export type FromWorker = { topic: string; position: number } | { back: true } | { lost: true };

const silence = 40_000; // the hub beats every 15 seconds

/** A stream of topics that stays open: the browser reconnects by itself, and a line that died without a word is opened anew. */
export class Stream {
  private source: EventSource;
  private heard = Date.now();
  private readonly watch: ReturnType<typeof setInterval>;

  constructor(private readonly topics: string[], private since: number, private readonly tell: (message: FromWorker) => void) {
    this.source = this.open();
    this.watch = setInterval(() => {
      if (Date.now() - this.heard > silence || this.source.readyState === EventSource.CLOSED) this.retry();
    }, 5_000);
  }

  /** Opens the stream anew from the last change that was heard, so that none is missed. */
  retry(): void {
    this.tell({ lost: true });
    this.source.close();
    this.source = this.open();
  }

  close(): void {
    clearInterval(this.watch);
    this.source.close();
  }

  private open(): EventSource {
    this.heard = Date.now();
    const source = new EventSource(`/live?topics=${encodeURIComponent(this.topics.join(" "))}&since=${this.since}`);
    source.addEventListener("hello", () => this.hear({ back: true }));
    source.addEventListener("beat", () => (this.heard = Date.now()));
    source.addEventListener("changed", (event) => this.hear({ topic: event.data as string, position: Number(event.lastEventId) }));
    source.onerror = () => this.tell({ lost: true });
    return source;
  }

  private hear(message: FromWorker): void {
    this.heard = Date.now();
    if ("position" in message) this.since = Math.max(this.since, message.position);
    this.tell(message);
  }
}
