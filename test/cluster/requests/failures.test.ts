import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError, refusedWords } from '../../../src/cluster/apiError.js';
import {
  malformedAnswer,
  notAnApiServer,
  refusal,
  unauthorized,
  unreachable,
  type ServerIdentity,
} from '../../../src/cluster/requests/failures.js';
import type { Right } from '../../../src/cluster/right.js';
import { EXIT } from '../../../src/errors.js';
import { TransportError } from '../../../src/net/http.js';

const identity: ServerIdentity = {
  server: 'https://api.example:6443',
  context: 'prod',
  kubectl: ['kubectl', '--context', 'prod'],
};
const json: IncomingHttpHeaders = { 'content-type': 'application/json' };
const html: IncomingHttpHeaders = { 'content-type': 'text/html' };

const status = (code: number, reason: string, more: object = {}): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: 'why', ...more });
const refused = (
  code: number,
  headers: IncomingHttpHeaders,
  text: string,
  of = identity,
  rights: readonly Right[] = [],
): ApiError => {
  const error = refusal(of, code, headers, text, { rights });
  assert.ok(error instanceof ApiError, error.message);
  return error;
};

describe('an answer of 400 or above', () => {
  // meta/v1 StatusReason; what decides is the reason, which several share a status for.
  for (const [code, reason] of [
    [403, 'Forbidden'],
    [404, 'NotFound'],
    [409, 'AlreadyExists'],
    [409, 'Conflict'],
    [410, 'Expired'],
    [422, 'Invalid'],
    [429, 'TooManyRequests'],
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
  ] as const) {
    it(`that is a Status is what it says: ${code} ${reason}`, () => {
      const error = refused(code, json, status(code, reason));
      assert.deepEqual(
        [error.code, error.status.reason, error.httpStatus, error.exitCode, error.message],
        [reason, reason, code, EXIT.refused, 'why'],
      );
    });
  }

  it('keeps what the Status tells of each field', () => {
    const causes = [{ reason: 'FieldValueInvalid', field: 'spec.replicas', message: 'must be 0 or more' }];
    const details = { name: 'web', group: 'apps', kind: 'deployments', causes };
    assert.deepEqual(refused(422, json, status(422, 'Invalid', { details })).status.details, details);
  });

  // client-go's NewGenericServerResponse, for the statuses that proxies answer with.
  for (const [code, reason] of [
    [400, 'BadRequest'],
    [403, 'Forbidden'],
    [404, 'NotFound'],
    [405, 'MethodNotAllowed'],
    [409, 'Conflict'],
    [413, 'RequestEntityTooLarge'],
    [429, 'TooManyRequests'],
    [503, 'ServiceUnavailable'],
    [504, 'Timeout'],
    [418, undefined],
    [502, undefined],
  ] as const) {
    it(`that is no Status has the reason of its number: ${code} ${reason ?? 'none'}`, () => {
      for (const [headers, text] of [
        [html, '<h1>secret words of a proxy</h1>'],
        [json, '{"message": "not a Status"}'],
        [json, '{"kind": "Stat'],
        [json, '"Status"'],
        [{}, ''],
      ] as const) {
        const error = refused(code, headers, text);
        assert.deepEqual([error.status.reason, error.code], [reason, reason ?? `HTTP${code}`]);
        assert.equal(error.message, `the server, or something before it, answered ${code} without saying why`);
      }
    });
  }

  it('to plain HTTP, of a server that speaks HTTPS, says that this is no API server', () => {
    const plain = { ...identity, server: 'http://api.example:6443' };
    const said = 'Client sent an HTTP request to an HTTPS server.';
    const error = refusal(plain, 400, { 'content-type': 'text/plain' }, said);
    assert.deepEqual([error.code, error.exitCode], ['Unreachable', EXIT.unreachable]);
    assert.ok(error.suggestions.some((suggestion) => suggestion.includes('https://')));
    assert.equal(refused(400, json, status(400, 'BadRequest'), plain).code, 'BadRequest');
  });

  it('is asked about where it may be a missing right, and only there', () => {
    const rights: Right[] = [{ verb: 'list', group: '', resource: 'secrets', namespace: 'shop' }];
    const of = (code: number): ApiError => refused(code, json, status(code, 'x'), identity, rights);
    assert.deepEqual(of(403).rights, rights);
    assert.equal(refusedWords(of(403)), 'why. Is it allowed? kubectl --context prod auth can-i list secrets -n shop');
    assert.deepEqual([of(409).rights, of(409).suggestions], [[], []]);
  });
});

describe('a server that gives no answer of an API server', () => {
  const hidden = ['The context of another kubeconfig is hidden.'];

  it('is named with its context, and ends with exit 7', () => {
    for (const [error, code, words] of [
      [notAnApiServer(identity), 'Unreachable', 'does not answer as a Kubernetes API server'],
      [notAnApiServer(identity, 'how'), 'Unreachable', 'does not answer as a Kubernetes API server: how'],
      [
        malformedAnswer(identity, '/api/v1/pods?limit=500', 'items is not a list'),
        'MalformedAnswer',
        'answers /api/v1/pods with what no API server sends: items is not a list',
      ],
      [unauthorized(identity), 'Unauthorized', 'does not accept the credentials'],
      [
        unreachable(identity, new TransportError('nothing', 'ECONNREFUSED', 'x')),
        'Unreachable',
        'cannot be reached: nothing listens there (ECONNREFUSED)',
      ],
      [
        unreachable(identity, new TransportError('nothing', 'EWHATEVER', 'x')),
        'Unreachable',
        'cannot be reached: the connection failed (EWHATEVER)',
      ],
    ] as const) {
      assert.deepEqual([error.code, error.exitCode], [code, EXIT.unreachable]);
      assert.equal(error.message, `the server https://api.example:6443 (context prod) ${words}`);
      assert.ok(error.suggestions.length > 0);
    }
    assert.match(
      unauthorized({ ...identity, context: undefined }).message,
      /^the server https:\/\/api.example:6443 do/,
    );
  });

  it('may be the wrong one: what another kubeconfig hides comes first', () => {
    const of = { ...identity, hidden };
    const broken = new TransportError('nothing', 'ENOTFOUND', 'x');
    for (const error of [unauthorized(of), unreachable(of, broken)]) assert.equal(error.suggestions[0], hidden[0]);
  });

  it('may speak HTTPS where it was spoken to in plain HTTP', () => {
    const plain = { ...identity, server: 'http://api.example' };
    const asks = (reached: TransportError['reached'], of: ServerIdentity): boolean =>
      unreachable(of, new TransportError(reached, 'ECONNRESET', 'x')).suggestions.some((text) =>
        text.includes('https://'),
      );
    assert.deepEqual([asks('perhaps', plain), asks('nothing', plain), asks('perhaps', identity)], [true, false, false]);
  });
});
