// Walks through the interactions with Medplum's client and prints what each gave.
globalThis.WebSocket ??= class {}; // the package names it while it loads; Node 20 has none
const { MedplumClient } = await import('@medplum/core');

const base = new URL(process.argv[2]);
const client = new MedplumClient({ baseUrl: `${base.origin}/`, fhirUrlPath: base.pathname.slice(1), fetch, cacheTime: 0 });
const say = (...words) => console.log(words.join(' '));

const created = await client.createResource({ resourceType: 'Patient', name: [{ family: 'Plumperson' }], identifier: [{ system: 'urn:n', value: '1' }], active: true });
const { id } = created;
say('created', created.meta.versionId);
const updated = await client.updateResource({ ...created, gender: 'female' });
say('updated', updated.gender, updated.meta.versionId);
const patched = await client.patchResource('Patient', id, [{ op: 'test', path: '/gender', value: 'female' }, { op: 'replace', path: '/gender', value: 'male' }]);
say('patched', patched.gender, patched.meta.versionId);
const same = await client.createResourceIfNoneExist({ resourceType: 'Patient', identifier: [{ system: 'urn:n', value: '1' }] }, 'identifier=urn:n|1');
say('same', same.id === id);
say('upserted', (await client.upsertResource({ resourceType: 'Patient', identifier: [{ system: 'urn:n', value: '1' }], gender: 'other' }, 'identifier=urn:n|1')).gender);
const batch = await client.executeBatch({
  resourceType: 'Bundle', type: 'batch',
  entry: [1, 2, 3].map((value) => ({
    resource: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${id}` }, valueInteger: value },
    request: { method: 'POST', url: 'Observation' },
  })),
});
say('batch', batch.entry.map((entry) => entry.response.status.slice(0, 3)).join(','));
say('search', (await client.searchResources('Observation', { patient: id })).length);
const pages = [];
for await (const page of client.searchResourcePages('Observation', { patient: id, _count: 2 })) pages.push(page.length);
say('pages', pages.join(','));
say('history', (await client.readHistory('Patient', id)).entry.length, (await client.readVersion('Patient', id, '2')).gender);
say('everything', (await client.readPatientEverything(id)).entry.length);
await client.deleteResource('Patient', id);
client.invalidateAll();
say('deleted', await client.readResource('Patient', id).then(() => 'still there', (error) => error.outcome.issue[0].code));
