// Subscribes over each channel with what the language and its packages bring, cuts connections in the middle, and prints what each was told.
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { EventSource } from 'eventsource';
import { Client } from 'fhir-kit-client';
import WebSocket from 'ws';

const base = process.argv[2];
const backport = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';
const client = new Client({ baseUrl: base });
const say = (...words) => console.log(words.join(' '));

/** A value that comes later, in order. */
function queue() {
  const [values, waiting] = [[], []];
  return {
    push: (value) => (waiting.shift() ?? ((one) => values.push(one)))(value),
    next: () => (values.length > 0 ? Promise.resolve(values.shift()) : new Promise((give) => waiting.push(give))),
  };
}

const part = (parameters, name) => parameters.find((one) => one.name === name);
/** Type, numbers, and what else it shows: the ids of resources that it holds or names. */
function read(bundle) {
  const parameters = bundle.entry[0].resource.parameter;
  const events = parameters.filter((one) => one.name === 'notificationEvent').map((one) => one.part);
  const numbers = events.map((event) => part(event, 'eventNumber').valueString);
  const named = events.map((event) => part(event, 'focus')?.valueReference.reference.split('/').at(-1)).filter(Boolean);
  const whole = bundle.entry.slice(1).filter((entry) => entry.resource).map((entry) => `${entry.resource.resourceType}/${entry.resource.id}`);
  const type = part(parameters, 'type').valueCode;
  return { type, named, text: [type, ...numbers, ...named, ...whole].join(' ') };
}

/** The next that is no beat. */
async function told(from) {
  for (;;) {
    const one = read(await from.next());
    if (one.type !== 'heartbeat') return one.text;
  }
}

/** Everything that is named until one is, in as many notifications as it takes. */
async function until(from, last) {
  const named = [];
  while (named.at(-1) !== last) named.push(...read(await from.next()).named);
  return named.join(' ');
}

const subscribe = async (id, type, content, channel = {}, extension = undefined) => {
  await client.update({ resourceType: 'Subscription', id, body: {
    resourceType: 'Subscription', id, status: 'requested', reason: 'peer', criteria: 'http://topics.example/peer',
    channel: { extension, type, payload: 'application/fhir+json', _payload: { extension: [{ url: backport + 'backport-payload-content', valueCode: content }] }, ...channel } } });
  while ((await client.read({ resourceType: 'Subscription', id })).status !== 'active') await new Promise((done) => setTimeout(done, 20));
};
const complete = (id) => client.update({ resourceType: 'Task', id, body: { resourceType: 'Task', id, status: 'completed', intent: 'order' } });

// An endpoint that can be down, and a way to the hub that can be cut.
const hooked = queue();
const listener = http.createServer(async (request, response) => {
  const parts = [];
  for await (const chunk of request) parts.push(chunk);
  hooked.push(JSON.parse(Buffer.concat(parts)));
  response.end();
});
listener.listen(0, '127.0.0.1');
await once(listener, 'listening');
const { port } = listener.address();
const lines = new Set();
const way = net.createServer((from) => {
  const to = net.connect({ host: new URL(base).hostname, port: new URL(base).port });
  from.pipe(to).pipe(from);
  for (const socket of [from, to]) {
    lines.add(socket);
    socket.on('error', () => socket.destroy());
  }
});
way.listen(0, '127.0.0.1');
await once(way, 'listening');
const cut = () => lines.forEach((socket) => socket.destroy());
const through = (address) => Object.assign(new URL(address), { port: way.address().port }).toString();

const topic = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.';
await client.update({ resourceType: 'Basic', id: 'peer', body: {
  resourceType: 'Basic', id: 'peer', code: { coding: [{ system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' }] },
  extension: [{ url: topic + 'url', valueUri: 'http://topics.example/peer' }, { url: topic + 'resourceTrigger', extension: [{ url: 'resource', valueUri: 'Task' }] }],
  modifierExtension: [{ url: topic + 'status', valueCode: 'active' }] } });

for (const content of ['empty', 'id-only', 'full-resource']) {
  await subscribe(content, 'rest-hook', content, { endpoint: `http://127.0.0.1:${port}/` });
  say('hook', await told(hooked));
  await complete('t-' + content);
  say('hook', await told(hooked));
  await client.delete({ resourceType: 'Subscription', id: content });
}

await subscribe('down', 'rest-hook', 'id-only', { endpoint: `http://127.0.0.1:${port}/` });
say('hook', await told(hooked));
listener.closeAllConnections();
listener.close();
await once(listener, 'close');
for (const id of ['d1', 'd2', 'd3']) await complete(id);
while (!(await client.read({ resourceType: 'Subscription', id: 'down' })).error) await new Promise((done) => setTimeout(done, 20));
listener.listen(port, '127.0.0.1');
say('back', await until(hooked, 'd3'));
await client.delete({ resourceType: 'Subscription', id: 'down' });

await subscribe('socket', 'websocket', 'full-resource', {}, [{ url: backport + 'backport-heartbeat-period', valueUnsignedInt: 1 }]);
async function bind() {
  const answer = await client.operation({ name: 'get-ws-binding-token', resourceType: 'Subscription', id: 'socket', method: 'GET' });
  const value = (name) => Object.values(Object.fromEntries(Object.entries(part(answer.parameter, name)).filter(([key]) => key !== 'name')))[0];
  const [socket, messages] = [new WebSocket(through(value('websocket-url'))), queue()];
  socket.on('message', (text) => messages.push(JSON.parse(text)));
  socket.on('error', () => {});
  await once(socket, 'open');
  socket.send(`bind-with-token ${value('token')}`);
  return { socket, messages };
}
let { socket, messages } = await bind();
say('socket', await told(messages));
await complete('w1');
say('socket', await told(messages));
say('socket', read(await messages.next()).text);
cut();
await once(socket, 'close');
await complete('w2');
({ socket, messages } = await bind());
say('again', await told(messages));
say('again', await until(messages, 'w2'));
socket.close();
say('closed', (await once(socket, 'close'))[0]);

await subscribe('events', 'websocket', 'id-only', { _type: { extension: [{ url: backport + 'backport-channel-type', valueCoding: { system: 'https://tandem.example/fhir/CodeSystem/subscription-channel', code: 'server-sent-events' } }] } });
const source = new EventSource(through(`${base}/Subscription/events/$stream`));
const heard = queue();
source.addEventListener('notification', (event) => heard.push(JSON.parse(event.data)));
say('events', await told(heard));
await complete('e1');
say('events', await told(heard));
cut();
await complete('e2'); // the client comes back by itself and says where it stood
say('events', await until(heard, 'e2'));
source.close();

const asked = await client.request(`${base}/Subscription/events/$events?eventsSinceNumber=1`);
say('asked', read(asked).text);
const status = await client.operation({ name: 'status', resourceType: 'Subscription', id: 'events', method: 'GET' });
say('status', status.total, part(status.entry[0].resource.parameter, 'eventsSinceSubscriptionStart').valueString);
process.exit(0);
