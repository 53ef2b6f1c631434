// Sends messages with node-hl7-client, waiting for each answer, and prints "MSA-1 MSA-2" of each.
import { Client, Message } from 'node-hl7-client';

const [port, count] = process.argv.slice(2).map(Number);
const client = new Client({ host: '127.0.0.1' });
let answered;
const line = client.createConnection({ port }, async (response) => {
  const message = response.getMessage();
  console.log(`${message.get('MSA.1').toString()} ${message.get('MSA.2').toString()}`);
  answered();
});

for (let n = 1; n <= count; n++) {
  const text = [
    `MSH|^~\\&|NODE|PEER|HUB|REGION|20260302080000||ADT^A01^ADT_A01|N${n}|P|2.5.1`,
    'EVN|A01|20260302080000',
    `PID|1||N${n}^^^PEER^MR||Testperson^Nodé||19700101|F`,
    `PV1|1|I|W^1||||||||||||||||V${n}`,
  ].join('\r');
  const waiting = new Promise((resolve) => { answered = resolve; });
  await line.sendMessage(new Message({ text }));
  await waiting;
}

await line.close();
process.exit(0);
