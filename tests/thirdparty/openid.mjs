// oidc-provider, the OpenID provider of the Node world, with the clients and claims that the tests name.
// Everything here is its own configuration; tokens, keys and endpoints are its own work.

import { createServer } from 'node:http';
import { X509Certificate } from 'node:crypto';
import { Provider } from 'oidc-provider';

const given = JSON.parse(process.env.GIVEN);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: given.clients,
    scopes: ['read'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS512', 'PS256', 'ES256'],
      dPoPSigningAlgValues: ['ES256', 'PS256', 'Ed25519'],
    },
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'self_signed_tls_client_auth'],
    extraTokenClaims: (_ctx, token) => given.claims[token.clientId],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        selfSignedTlsClientAuth: true,
        // As from a proxy that ends TLS in front of it.
        getCertificate: ctx => {
          const shown = ctx.get('x-client-certificate');
          return shown ? new X509Certificate(Buffer.from(decodeURIComponent(shown))) : undefined;
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => given.audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: 'read', audience: given.audience, accessTokenTTL: 600, accessTokenFormat: given.format ?? 'jwt' }),
      },
    },
  });
  server.on('request', provider.callback());
  console.log(server.address().port);
});
