// A company's sign-in to test against: the certified `oidc-provider`, with a cast of accounts and a
// page of buttons in place of passwords. Its one argument is JSON, see tests/oidc/company.py.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import Provider from "oidc-provider";

const POST = "client_secret_post";
const { port, client, thin = false, method = POST, issuer } = JSON.parse(process.argv[2]);

const ACCOUNTS = {
  emil: { email: "emil@acme.example", email_verified: true, name: "Emil Grün" },
  nora: { email: "nora@acme.example", email_verified: true, name: "Nora Neu" },
  anonymous: { email: "anon@acme.example", email_verified: true },
  entra: { email: "enno@acme.example", xms_edov: true, name: "Enno Entra" },
  unverified: { email: "emil@acme.example", email_verified: false, name: "Emil Grün" },
  denied: { email: "emil@acme.example", email_verified: false, xms_edov: true },
  silent: { email: "emil@acme.example", name: "Emil Grün" },
  nomail: { name: "Emil Grün" },
  foreign: { email: "otto@other.example", email_verified: true, name: "Otto Else" },
};

const server = createServer();
server.listen(port, "127.0.0.1", () => {
  const here = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer ?? here, {
    clients: [{ ...client, token_endpoint_auth_method: method }],
    clientAuthMethods: [method],
    jwks: { keys: [newKey()] },
    pkce: { required: () => true },
    scopes: ["openid", "email", "profile"],
    claims: { email: ["email", "email_verified", "xms_edov"], profile: ["name"] },
    // A thin ID token holds no more than `sub`; the rest is asked of the user info endpoint.
    conformIdTokenClaims: thin,
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["of a provider to throw away"] },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...ACCOUNTS[accountId] }),
    }),
    loadExistingGrant: grantEverything,
  });
  const answer = provider.callback();
  server.on("request", (request, response) =>
    request.url.startsWith("/interaction/")
      ? interact(provider, request, response)
      : answer(request, response),
  );
  console.log(`listening on ${here}`);
});

function newKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" };
}

// Nobody is asked whether Chairtime may know their name: a company's administrator has said so.
async function grantEverything({ oidc }) {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client.clientId,
    accountId: oidc.session.accountId,
  });
  grant.addOIDCScope("openid email profile");
  await grant.save();
  return grant;
}

async function interact(provider, request, response) {
  try {
    await provider.interactionDetails(request, response);
    if (request.method !== "POST") return show(response);
    const account = new URLSearchParams(await text(request)).get("account");
    const result = ACCOUNTS[account]
      ? { login: { accountId: account, remember: false } }
      : { error: "access_denied", error_description: "They pressed Cancel." };
    await provider.interactionFinished(request, response, result);
  } catch (error) {
    response.writeHead(400).end(error.message);
  }
}

function show(response) {
  const buttons = [...Object.keys(ACCOUNTS), "cancel"].map(
    (account) => `<button name="account" value="${account}">${account}</button>`,
  );
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><html lang="en"><title>Acme sign-in</title>
<h1>Acme sign-in</h1><form method="post">${buttons.join(" ")}</form></html>`);
}
