// A SharedWorker: holds the one stream of this browser and tells every tab what it follows.
import { type FromWorker, Stream, type ToWorker } from "./live-listen";

const silence = 180_000; // a tab in the background is heard once a minute
const tabs = new Map<MessagePort, { topics: string[]; heard: number }>();
const changes = new Map<string, number>();
let stream: Stream | null = null;
let streamed = "";
let position = 0;

function tell(message: FromWorker): void {
  if ("topic" in message) {
    changes.set(message.topic, message.position);
    position = Math.max(position, message.position);
  }
  for (const [port, tab] of tabs) {
    if (!("topic" in message) || tab.topics.includes(message.topic)) port.postMessage(message);
  }
}

/** Opens the stream of all topics wanted, anew only when they have changed, from the earliest position that a tab needs. */
function tune(since: number): void {
  for (const [port, tab] of tabs) if (Date.now() - tab.heard > silence) tabs.delete(port);
  const wanted = [...new Set([...tabs.values()].flatMap((tab) => tab.topics))].sort();
  if (wanted.join(" ") === streamed) return;
  stream?.close();
  streamed = wanted.join(" ");
  stream = wanted.length > 0 ? new Stream(wanted, position === 0 ? since : Math.min(since, position), tell) : null;
}

addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0]!;
  port.onmessage = (message: MessageEvent<ToWorker>) => {
    if ("leave" in message.data) {
      tabs.delete(port);
      return;
    }
    if ("retry" in message.data) {
      stream?.retry();
      return;
    }
    const { follow, since } = message.data;
    const isNew = !tabs.has(port);
    tabs.set(port, { topics: follow, heard: Date.now() });
    for (const topic of isNew ? follow : []) {
      const at = changes.get(topic) ?? 0;
      if (at > since) port.postMessage({ topic, position: at } satisfies FromWorker);
    }
    tune(since);
  };
});
setInterval(() => tune(position), 60_000);
