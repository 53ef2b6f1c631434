// Walks through the interactions with SMART's fhirclient and prints what each gave.
const { default: Client } = require('fhirclient/lib/Client');
const { default: Adapter } = require('fhirclient/lib/adapters/NodeAdapter');

const say = (...words) => console.log(words.join(' '));

async function run() {
  const environment = new Adapter({ request: {}, response: {}, storage: {} });
  const client = new Client(environment, { serverUrl: process.argv[2] });
  const created = await client.create({ resourceType: 'Patient', name: [{ family: 'Smartperson' }], active: true });
  const { id } = created;
  say('created', created.meta.versionId);
  const updated = await client.update({ ...created, gender: 'female' });
  say('updated', updated.gender, updated.meta.versionId);
  const patched = await client.patch(`Patient/${id}`, [{ op: 'replace', path: '/gender', value: 'male' }]);
  say('patched', patched.gender, patched.meta.versionId);
  for (const value of [1, 2, 3])
    await client.create({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${id}` }, valueInteger: value });
  const observations = await client.request(`Observation?patient=${id}&_count=2`, { pageLimit: 0, flat: true });
  say('search', observations.length);
  const resolved = await client.request(`Observation?patient=${id}&_count=1`, { resolveReferences: ['subject'], graph: true, flat: true });
  say('resolved', resolved[0].subject.name[0].family);
  say('history', (await client.request(`Patient/${id}/_history`)).total);
  await client.delete(`Patient/${id}`);
  say('deleted', await client.request(`Patient/${id}`).then(() => 'still there', (error) => error.status ?? error.statusCode));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
