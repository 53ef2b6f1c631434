// The stream itself, for the shared worker and for tabs without one.

/** What the worker and the tabs say to each other. `since` is the hub's position when the tab's page was written. */
export type ToWorker = { follow: string[]; since: number } | { leave: true };
export type FromWorker = { topic: string; position: number } | { back: true } | { lost: true };

/** Opens a stream of topics. The browser reconnects by itself and names the last position, so no change is missed. */
export function listen(topics: string[], since: number, tell: (message: FromWorker) => void): EventSource {
  const stream = new EventSource(`/live?topics=${encodeURIComponent(topics.join(" "))}&since=${since}`);
  stream.addEventListener("hello", () => tell({ back: true }));
  stream.addEventListener("changed", (event) => tell({ topic: event.data as string, position: Number(event.lastEventId) }));
  stream.onerror = () => tell({ lost: true });
  return stream;
}
