// Walks through the interactions with fhir-kit-client and prints what each gave.
import { Client } from 'fhir-kit-client';

const client = new Client({ baseUrl: process.argv[2] });
const say = (...words) => console.log(words.join(' '));

const statement = await client.capabilityStatement();
say('capabilities', statement.fhirVersion);
const created = await client.create({ resourceType: 'Patient', body: { resourceType: 'Patient', name: [{ family: 'Kitperson' }], active: true } });
const { id } = created;
say('created', created.meta.versionId);
await client.update({ resourceType: 'Patient', id, body: { ...created, gender: 'female' } });
const patched = await client.patch({ resourceType: 'Patient', id, jsonPatch: [{ op: 'replace', path: '/gender', value: 'male' }] });
say('patched', patched.gender, patched.meta.versionId);
say('read', (await client.read({ resourceType: 'Patient', id })).name[0].family);
say('vread', (await client.vread({ resourceType: 'Patient', id, version: '2' })).gender);
const observation = (value) => ({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${id}` }, valueInteger: value });
const transaction = await client.transaction({
  body: { resourceType: 'Bundle', type: 'transaction', entry: [1, 2, 3].map((value) => ({ resource: observation(value), request: { method: 'POST', url: 'Observation' } })) },
});
say('transaction', transaction.entry.map((entry) => entry.response.status).join(','));
const first = await client.search({ resourceType: 'Observation', searchParams: { patient: id, _count: 2 } });
const second = await client.nextPage({ bundle: first });
say('search', first.entry.length, second.entry.length);
const compartment = await client.compartmentSearch({ resourceType: 'Observation', compartment: { resourceType: 'Patient', id } });
say('compartment', compartment.entry.length);
say('history', (await client.resourceHistory({ resourceType: 'Patient', id })).total, (await client.typeHistory({ resourceType: 'Observation' })).entry.length);
const everything = await client.operation({ name: 'everything', resourceType: 'Patient', id, method: 'GET' });
say('everything', everything.entry.length);
await client.delete({ resourceType: 'Patient', id });
say('deleted', await client.read({ resourceType: 'Patient', id }).then(() => 'still there', (error) => error.response.status));
