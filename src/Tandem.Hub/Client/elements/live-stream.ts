// The one stream of this browser: browsers open six HTTP/1.1 connections per host at most, so tabs share a stream through a
// SharedWorker. Where there is none (some phones), the tab opens its own.
import { type FromWorker, Stream, type ToWorker } from "./live-listen";
import { word } from "./words";

export interface Follower {
  changed(topic: string): void;
  back(): void;
  lost(): void;
}

const followers = new Set<Follower>();
const wanted = new Set<string>();
let since = Number(word("liveSince"));
let port: MessagePort | null = null;
let own: Stream | null = null;
let starting = false;

/** Follows topics from the moment the page was written. */
export function follow(topics: string[], follower: Follower): void {
  followers.add(follower);
  topics.forEach((topic) => wanted.add(topic));
  if (starting) return;
  starting = true;
  queueMicrotask(start);
}

/** Follows no more. */
export function unfollow(follower: Follower): void {
  followers.delete(follower);
}

function start(): void {
  starting = false;
  if (typeof SharedWorker === "function") share();
  else openOwn();
}

function share(): void {
  if (!port) {
    const worker = new SharedWorker(word("liveWorker"), { name: "tandem-live", type: "module" });
    worker.onerror = openOwn;
    port = worker.port;
    port.onmessage = (event: MessageEvent<FromWorker>) => hear(event.data);
    addEventListener("pagehide", () => port?.postMessage({ leave: true } satisfies ToWorker));
    addEventListener("pageshow", announce);
    setInterval(announce, 30_000);
  }
  announce();
}

// The browser says at once that the network went or came; a stream would notice much later.
addEventListener("offline", () => hear({ lost: true }));
addEventListener("online", () => {
  if (port) port.postMessage({ retry: true } satisfies ToWorker);
  else own?.retry();
});

function announce(): void {
  port?.postMessage({ follow: [...wanted], since } satisfies ToWorker);
}

function openOwn(): void {
  port = null;
  own?.close();
  own = new Stream([...wanted], since, hear);
}

function hear(message: FromWorker): void {
  if ("topic" in message) since = Math.max(since, message.position);
  for (const follower of followers) {
    if ("topic" in message) follower.changed(message.topic);
    else if ("back" in message) follower.back();
    else follower.lost();
  }
}
