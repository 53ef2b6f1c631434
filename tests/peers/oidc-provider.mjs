// An OpenID provider that nobody here wrote, on a free loopback port. Arguments: JSON of { clientId, clientSecret, redirectUri, postLogout, accounts: { login: claims } }.
// It signs with RSA of { bits } (3072 when that is not said), not with the 2048 bits of the package itself. It signs in whoever is named in its own form (no password) and prints its issuer as the first line.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const wish = JSON.parse(process.argv[2]);
const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: wish.clientId,
      client_secret: wish.clientSecret,
      redirect_uris: [wish.redirectUri],
      post_logout_redirect_uris: [wish.postLogout],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  jwks: { keys: [{ ...generateKeyPairSync("rsa", { modulusLength: wish.bits ?? 3072 }).privateKey.export({ format: "jwk" }), kid: "own", use: "sig", alg: "RS256" }] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ["a test's own key"] },
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => (wish.accounts[id] ? { accountId: id, claims: () => ({ sub: id, ...wish.accounts[id] }) } : undefined),
});
provider.proxy = true;
const answer = provider.callback();
server.on("request", async (request, response) => {
  const url = new URL(request.url, issuer);
  if (!url.pathname.startsWith("/interaction/")) return answer(request, response);
  const who = url.searchParams.get("as");
  if (!who) {
    response.end("Add ?as=login");
    return;
  }
  try {
    const { prompt, params } = await provider.interactionDetails(request, response);
    if (prompt.name === "login") return await provider.interactionFinished(request, response, { login: { accountId: who } }, { mergeWithLastSubmission: false });
    const grant = new provider.Grant({ accountId: who, clientId: params.client_id });
    grant.addOIDCScope("openid email profile");
    await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});
console.log(issuer);
