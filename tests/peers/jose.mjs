// Keys, assertions and id_tokens by panva's jose, against the hub's OAuth server.
//   node jose.mjs make FILE            makes two key pairs, keeps them in FILE and prints the public halves
//   node jose.mjs use FILE ADDRESS ID  proves the service ID with each key and reads patients
//   node jose.mjs verify ADDRESS ID TOKEN  verifies an id_token of app ID
import { readFile, writeFile } from 'node:fs/promises';
import { SignJWT, createRemoteJWKSet, exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose';

const [act, ...rest] = process.argv.slice(2);

async function make(file) {
  const keys = [];
  for (const alg of ['ES384', 'RS384']) {
    const pair = await generateKeyPair(alg, { extractable: true, modulusLength: 3072 });
    const named = { kid: alg.toLowerCase(), alg, use: 'sig' };
    keys.push({ private: { ...(await exportJWK(pair.privateKey)), ...named }, public: { ...(await exportJWK(pair.publicKey)), ...named } });
  }
  await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  console.log(JSON.stringify({ keys: keys.map((key) => key.public) }));
}

async function use(file, address, id) {
  const configuration = await (await fetch(`${address}/fhir/.well-known/smart-configuration`)).json();
  for (const [index, { private: jwk }] of JSON.parse(await readFile(file, 'utf8')).entries()) {
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid, typ: 'JWT' }).setIssuer(id).setSubject(id).setAudience(configuration.token_endpoint)
      .setIssuedAt().setExpirationTime('4m').setJti(`jose-${index}-${process.pid}-${Date.now()}`).sign(await importJWK(jwk, jwk.alg));
    const reply = await fetch(configuration.token_endpoint, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials', scope: 'system/Patient.rs', client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      }),
    });
    const tokens = await reply.json();
    const found = await (await fetch(`${address}/fhir/Patient`, { headers: { authorization: `Bearer ${tokens.access_token}` } })).json();
    console.log(jwk.alg, reply.status, tokens.expires_in, found.entry.length);
  }
}

async function verify(address, id, token) {
  const configuration = await (await fetch(`${address}/.well-known/openid-configuration`)).json();
  const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(configuration.jwks_uri)), {
    issuer: configuration.issuer, audience: id, algorithms: configuration.id_token_signing_alg_values_supported,
  });
  console.log(protectedHeader.alg, payload.nonce, payload.fhirUser.split('/').slice(-2).join('/'));
}

await { make, use, verify }[act](...rest);
