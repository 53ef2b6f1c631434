// A directory of scimmy, scim-patch and scim2-parse-filter against the hub's SCIM interface: every answer is read by scimmy's schemas, every filter is asked of two other
// implementations, every PATCH is done a second time by scim-patch.
//   node scim.mjs ADDRESS TOKEN   prints what differs, one a line, then how much was tried
import { isDeepStrictEqual } from 'node:util';
import SCIMMY from 'scimmy';
import { scimPatch } from 'scim-patch';
import { filter as chosenBy, parse } from 'scim2-parse-filter';

const [address, token] = process.argv.slice(2);
const tried = { answers: 0, filters: 0, patches: 0 };
const differ = (what, ...more) => console.log('differs', what, ...more.map((one) => JSON.stringify(one)));

async function ask(method, path, body, headers = {}) {
  const reply = await fetch(`${address}/scim/v2/${path}`, {
    method, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${token}`, accept: 'application/scim+json', 'content-type': 'application/scim+json', ...headers },
  });
  const text = await reply.text();
  return { status: reply.status, type: reply.headers.get('content-type'), location: reply.headers.get('location'), body: text ? JSON.parse(text) : null };
}

/** Reads an answer by a schema of scimmy, which throws at what RFC 7643 does not have so. */
function read(what, kind, body) {
  tried.answers++;
  try {
    new kind(structuredClone(body), 'out');
  } catch (e) {
    differ(what, e.message, body);
  }
}

function expect(what, actual, expected) {
  if (!isDeepStrictEqual(actual, expected))
    differ(what, actual, expected);
}

async function describe() {
  const { User, Group, ServiceProviderConfig, ResourceType } = SCIMMY.Schemas;
  const config = (await ask('GET', 'ServiceProviderConfig')).body;
  read('ServiceProviderConfig', ServiceProviderConfig, config);
  expect('what is offered', [config.patch.supported, config.filter.supported, config.sort.supported, config.etag.supported], [true, true, true, true]);
  const types = (await ask('GET', 'ResourceTypes')).body;
  new SCIMMY.Messages.ListResponse(types);
  for (const type of types.Resources) {
    read(`ResourceType ${type.id}`, ResourceType, type);
    expect(`ResourceTypes/${type.id}`, (await ask('GET', `ResourceTypes/${type.id}`)).body, type);
  }
  for (const schema of (await ask('GET', 'Schemas')).body.Resources) {
    expect(`Schemas/${schema.id}`, (await ask('GET', `Schemas/${schema.id}`)).body, schema);
    const known = { [User.definition.id]: User, [Group.definition.id]: Group }[schema.id].definition;
    for (const attribute of schema.attributes) {
      const theirs = known.attributes.find((one) => one.name === attribute.name) ?? { externalId: { type: 'string', config: {} } }[attribute.name];
      expect(`type of ${attribute.name}`, attribute.type, theirs?.type);
      expect(`many of ${attribute.name}`, attribute.multiValued, theirs?.config.multiValued ?? false);
    }
  }
}

async function provision() {
  const users = [];
  for (const [login, given, family, active, roles, externalId] of [
    ['ana@sample.example', 'Ana', 'Sample', true, ['nurse', 'coordinator'], 'E-1'], ['ben@sample.example', 'Ben', 'Sample-Ruiz', true, ['physician'], 'e-2'],
    ['cleo@other.example', 'Cleo', 'Testerson', false, [], 'e-3'], ['dora@other.example', 'Dora "D"', 'Núñez', true, ['nurse'], undefined],
  ]) {
    const made = new SCIMMY.Schemas.User({ userName: login, name: { givenName: given, familyName: family }, displayName: `${given} ${family}`, active, externalId, roles: roles.map((value) => ({ value })) }, 'in');
    const { status, body, location } = await ask('POST', 'Users', made);
    expect(`made ${login}`, [status, location?.endsWith(`/scim/v2/Users/${body.id}`)], [201, true]);
    read(login, SCIMMY.Schemas.User, body);
    expect(`read ${login}`, (await ask('GET', `Users/${body.id}`)).body, body);
    users.push(body);
  }
  const refused = await ask('POST', 'Users', { schemas: [SCIMMY.Schemas.User.definition.id], userName: 'ANA@sample.example' });
  let error;
  try {
    new SCIMMY.Messages.ErrorResponse(refused.body); // throws what it has read
  } catch (e) {
    error = e;
  }
  expect('a second of the name', [refused.status, error?.status, error?.scimType], [409, '409', 'uniqueness']);
  return users;
}

/** Where both libraries are narrower than RFC 7643 2.1 and 2.5 and RFC 7644 3.4.2.2: capitals do not count, an empty list is no value, a name may begin with its schema. */
const byStandard = {
  'userName Eq "ANA@SAMPLE.EXAMPLE"': 'a', 'userName co "SAMPLE"': 'ab', 'name.familyName co "ruiz"': 'b', 'roles pr': 'abd', 'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "b"': 'b',
};

async function filters() {
  const all = (await ask('GET', 'Users')).body.Resources;
  for (const text of [
    'userName eq "ana@sample.example"', 'userName Eq "ANA@SAMPLE.EXAMPLE"', 'userName ne "ana@sample.example"', 'userName co "SAMPLE"', 'userName sw "c"', 'userName ew "other.example"',
    'name.familyName co "ruiz"', 'displayName eq "Dora \\"D\\" Núñez"', 'active eq true', 'active eq false', 'active ne true', 'externalId pr', 'not (externalId pr)', 'externalId eq "e-2"',
    'roles pr', 'roles.value eq "nurse"', 'roles[value eq "nurse"]', 'roles[value eq "nurse" or value eq "physician"]', 'emails[type eq "work" and value co "other"]', 'emails.primary eq true',
    'userName sw "a" or userName sw "b" and active eq false', '(userName sw "a" or userName sw "c") and active eq false', 'not (userName sw "a") and not (active eq false)',
    'meta.lastModified gt "2011-05-13T04:42:34Z"', 'meta.lastModified lt "2011-05-13T04:42:34Z"', 'meta.resourceType eq "User"', 'title pr', 'title eq "x" or userName sw "d"', 'nickName ne "x"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "b"', `id eq "${all[1].id}"`, 'userName gt "b"', 'userName le "ben@sample.example"', 'externalId eq null',
  ]) {
    const reply = await ask('GET', `Users?filter=${encodeURIComponent(text)}`);
    if (reply.status !== 200) {
      differ(`filter ${text}`, reply.status, reply.body);
      continue;
    }
    tried.filters++;
    new SCIMMY.Messages.ListResponse(reply.body);
    const found = reply.body.Resources.map((one) => one.userName[0]).join('');
    const opinions = [];
    for (const other of [(list) => list.filter(chosenBy(parse(text))), (list) => new SCIMMY.Types.Filter(text).match(list)]) {
      try {
        opinions.push(other(structuredClone(all)).map((one) => one.userName[0]).join(''));
      } catch (e) {
        opinions.push(`cannot: ${e.message}`);
      }
    }
    if (!opinions.includes(found) && byStandard[text] !== found)
      differ(`filter ${text}`, found, opinions);
  }
  for (const [query, names] of [['sortBy=userName&sortOrder=descending', 'dcba'], ['sortBy=userName&startIndex=2&count=2', 'bc'], ['count=0', ''], ['startIndex=0&sortBy=name.familyName', 'dabc']]) {
    const { body } = await ask('GET', `Users?${query}`);
    expect(query, [body.totalResults, body.Resources?.map((one) => one.userName[0]).join('') ?? ''], [4, names]);
  }
  const few = (await ask('GET', 'Users?attributes=userName,name.familyName')).body.Resources[0];
  expect('attributes', Object.keys(few).sort(), ['id', 'name', 'schemas', 'userName']);
  expect('parts of attributes', Object.keys(few.name), ['familyName']);
  const without = (await ask('GET', `Users/${all[0].id}?excludedAttributes=groups,roles,name.formatted,id`)).body;
  expect('excludedAttributes', [without.groups, without.roles, without.name.formatted, without.id], [undefined, undefined, undefined, all[0].id]);
  const search = await ask('POST', 'Users/.search', { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: 'userName sw "b"', attributes: ['userName'], count: 5 });
  expect('.search', [search.status, search.body?.Resources?.map((one) => one.userName)], [200, ['ben@sample.example']]);
  const bad = await ask('GET', `Users?filter=${encodeURIComponent('userName eq')}`);
  expect('no filter', [bad.status, bad.body.scimType], [400, 'invalidFilter']);
  expect('not to be found', (await ask('GET', 'Users/nobody')).status, 404);
}

/** What a directory can see of a change: neither versions nor what follows from other attributes. */
function plain({ meta, name, emails, groups, ...rest }) {
  const { formatted, ...parts } = name ?? {};
  return { ...rest, ...(name ? { name: parts } : {}) };
}

async function patches(user) {
  const text = (op, path, value) => ({ op, ...(path ? { path } : {}), ...(value === undefined ? {} : { value }) });
  for (const operations of [
    [text('replace', 'displayName', 'Ana S.')], [text('Replace', 'name.familyName', 'Sample-Ortiz')], [text('add', 'externalId', 'e-9')], [text('replace', undefined, { displayName: 'Ana Again', externalId: 'e-10' })],
    [text('replace', undefined, { 'name.familyName': 'Sample' })], [text('add', 'roles', [{ value: 'physician' }])], [text('add', 'roles', [{ value: 'physician' }])],
    [text('remove', 'roles[value eq "physician"]')], [text('replace', 'roles[value eq "coordinator"].value', 'pharmacist')], [text('replace', 'roles', [{ value: 'nurse' }, { value: 'social-worker' }])],
    [text('remove', 'externalId')], [text('replace', 'active', false)], [text('replace', undefined, { active: true })], [text('add', 'name', { givenName: 'Anna' })], [text('replace', 'name', { givenName: 'Ana', familyName: 'Sample' })],
    [text('replace', 'urn:ietf:params:scim:schemas:core:2.0:User:displayName', 'Ana Sample')], [text('remove', 'roles'), text('add', 'roles', [{ value: 'nurse' }])],
    [text('add', 'urn:ietf:params:scim:schemas:core:2.0:User:externalId', 'e-11'), text('replace', 'active', true)],
  ]) {
    tried.patches++;
    const before = (await ask('GET', `Users/${user.id}`)).body;
    const expected = scimPatch(structuredClone(before), structuredClone(operations));
    const { status, body } = await ask('PATCH', `Users/${user.id}`, { schemas: [SCIMMY.Messages.PatchOp.id], Operations: operations });
    const order = (one) => ({ ...one, roles: [...(one.roles ?? [])].sort((a, b) => a.value.localeCompare(b.value)) });
    if (status !== 200)
      differ(`PATCH ${JSON.stringify(operations)}`, status, body);
    else
      expect(`PATCH ${JSON.stringify(operations)}`, order(plain(body)), order(plain(expected)));
  }
  for (const [operations, kind] of [
    [[text('remove')], 'noTarget'], [[text('replace', 'id', 'another')], 'mutability'], [[text('replace', 'userName.', 'x')], 'invalidPath'], [[text('move', 'displayName', 'x')], 'invalidSyntax'],
    [[text('replace', 'active', 'perhaps')], 'invalidValue'], [[text('remove', 'userName')], undefined], [[text('replace', 'displayName', 'Never'), text('replace', 'roles[value eq "no-role"].value', 'nurse')], 'noTarget'],
  ]) {
    tried.patches++;
    const before = (await ask('GET', `Users/${user.id}`)).body;
    const { status, body } = await ask('PATCH', `Users/${user.id}`, { schemas: [SCIMMY.Messages.PatchOp.id], Operations: operations });
    if (status !== 400 || (kind && body.scimType !== kind))
      differ(`PATCH ${JSON.stringify(operations)}`, status, body, kind);
    expect('all or nothing', (await ask('GET', `Users/${user.id}`)).body, before);
  }
}

async function teams(users) {
  const members = users.map(({ id }) => ({ value: id }));
  const { status, body: team } = await ask('POST', 'Groups', new SCIMMY.Schemas.Group({ displayName: 'Discharge desk', members: members.slice(0, 2) }, 'in'));
  expect('a team', status, 201);
  read('team', SCIMMY.Schemas.Group, team);
  for (const operations of [
    [{ op: 'add', path: 'members', value: members.slice(1, 4) }], [{ op: 'remove', path: `members[value eq "${users[0].id}"]` }], [{ op: 'replace', path: 'displayName', value: 'Desk' }],
    [{ op: 'replace', path: 'members', value: members.slice(0, 1) }], [{ op: 'remove', path: 'members' }],
  ]) {
    tried.patches++;
    const before = (await ask('GET', `Groups/${team.id}`)).body;
    const expected = scimPatch(structuredClone(before), structuredClone(operations));
    const { body } = await ask('PATCH', `Groups/${team.id}`, { schemas: [SCIMMY.Messages.PatchOp.id], Operations: operations });
    const seen = (one) => [one.displayName, [...new Set((one.members ?? []).map(({ value }) => value))].sort()]; // scim-patch takes a member with and without $ref for two
    expect(`PATCH group ${JSON.stringify(operations)}`, seen(body), seen(expected));
  }
  expect('team of name', (await ask('GET', `Groups?filter=${encodeURIComponent('displayName eq "desk"')}&excludedAttributes=members`)).body.Resources.map((one) => [one.displayName, one.members]), [['Desk', undefined]]);
  expect('team gone', [(await ask('DELETE', `Groups/${team.id}`)).status, (await ask('GET', `Groups/${team.id}`)).status], [204, 404]);
}

async function leave(users) {
  const { body } = await ask('PUT', `Users/${users[1].id}`, { ...users[1], active: false });
  expect('closed', body.active, false);
  for (const { id } of users)
    expect('removed', [(await ask('DELETE', `Users/${id}`)).status, (await ask('GET', `Users/${id}`)).status], [204, 404]);
  expect('nobody left', (await ask('GET', 'Users')).body.totalResults, 0);
}

await describe();
const users = await provision();
await filters();
await patches(users[0]);
await teams(users);
await leave(users);
console.log('tried', JSON.stringify(tried));
