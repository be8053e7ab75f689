import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { child, isDraft, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { parseBody } from '../http/body.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Address, World } from '../registry/world.js';
import { fieldInvalid, invalid } from '../fieldErrors.js';
import { notFound } from '../status.js';
import { timestamp } from '../store.js';
import type { Store } from '../store.js';
import { accountGroups, AUTHENTICATED, type User } from './users.js';

const HOUR = 3600;
const SHORTEST = 600;

/**
 * `kubectl create token`: a token of a service account, which is what it says, signed by the sandbox. Nothing is stored; it ends
 * with its time, with the account, and with another account of the same name.
 */
export function answerTokenRequest(world: World, address: Address, exchange: Exchange): Answer {
  const account = world.store.get('ServiceAccount', address.namespace, address.name);
  if (account === undefined) throw notFound({ group: '', plural: 'serviceaccounts' }, address.name);
  const body = parseBody(exchange);
  const spec = child(isDraft(body) ? body : undefined, 'spec') ?? {};
  const seconds = typeof spec['expirationSeconds'] === 'number' ? spec['expirationSeconds'] : HOUR;
  if (seconds < SHORTEST) {
    const error = fieldInvalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes');
    throw invalid('authentication.k8s.io', 'TokenRequest', '', [error]);
  }
  const now = world.store.now();
  const expires = Math.floor(now / 1000) + seconds;
  const { namespace, name } = address;
  const claims = {
    iat: Math.floor(now / 1000),
    exp: expires,
    iss: 'kapply-sandbox',
    jti: randomUUID(),
    'kubernetes.io': { namespace, serviceaccount: { name, uid: account.metadata.uid } },
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const unsigned = `${base64({ alg: 'HS256' })}.${base64(claims)}`;
  const status = {
    token: `${unsigned}.${signatureOf(world.tokenKey, unsigned).toString('base64url')}`,
    expirationTimestamp: timestamp(expires * 1000),
  };
  const metadata = { name, namespace, creationTimestamp: timestamp(now) };
  const asked = { ...spec, expirationSeconds: seconds, boundObjectRef: spec['boundObjectRef'] ?? null };
  return {
    code: 201,
    body: { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata, spec: asked, status },
  };
}

/** Whose token it is: undefined where the sandbox did not sign it, its time is over or its account is gone. */
export function accountOfToken(store: Store, tokenKey: string, token: string): User | undefined {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const expected = signatureOf(tokenKey, `${head}.${payload}`);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Draft;
  const owner = child(claims, 'kubernetes.io');
  const named = child(owner, 'serviceaccount');
  const namespace = text(owner, 'namespace');
  const account = store.get('ServiceAccount', namespace, text(named, 'name'));
  if (account?.metadata.uid !== text(named, 'uid') || Number(claims['exp']) * 1000 <= store.now()) return undefined;
  return {
    name: text(claims, 'sub'),
    groups: [...accountGroups(namespace), AUTHENTICATED],
  };
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signatureOf(key: string, content: string): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
