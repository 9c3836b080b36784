// oauth4webapi, a client of the Node world: it makes a key, has a token bound to it, and asks the gateway with it.
// How proofs are made and refusals are read is its own work; it says in one line what came.

import * as oauth from 'oauth4webapi';

const given = JSON.parse(process.env.GIVEN);
const insecure = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(given.issuer);
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
const client = { client_id: given.client };
const DPoP = oauth.DPoP(client, await oauth.generateKeyPair(given.algorithm));
const reply = await oauth.clientCredentialsGrantRequest(
  server, client, oauth.ClientSecretBasic(given.secret), { scope: 'read' }, { DPoP, ...insecure },
);
const granted = await oauth.processClientCredentialsResponse(server, client, reply);

const headers = new Headers({ 'content-type': 'application/json' });
const asks = async (options) => {
  const url = new URL(given.url);
  try {
    const answer = await oauth.protectedResourceRequest(granted.access_token, 'POST', url, headers, given.body, options);
    return { status: answer.status, body: await answer.json() };
  } catch (error) {
    const challenges = error.cause.map(({ scheme, parameters }) => ({ scheme, error: parameters.error }));
    return { status: error.status, nonce: oauth.isDPoPNonceError(error), challenges };
  }
};

const said = { type: granted.token_type, asked: [] };
for (let turn = 0; turn < 3; turn += 1) said.asked.push(await asks({ DPoP, ...insecure }));
said.bearer = await asks(insecure);
console.log(JSON.stringify(said));
