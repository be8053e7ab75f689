import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createServerCertificate } from '../../src/sandbox/certificates.js';

describe('sandbox/certificates', () => {
  const now = Date.UTC(2026, 5, 1);
  const { ca, cert, key } = createServerCertificate(['localhost', '127.0.0.1'], now);
  const authority = new X509Certificate(ca);
  const server = new X509Certificate(cert);

  it('is signed by its authority, which signed itself', () => {
    assert.ok(authority.ca);
    assert.ok(authority.verify(authority.publicKey));
    assert.ok(server.verify(authority.publicKey));
    assert.ok(server.checkIssued(authority));
    assert.ok(!server.ca);
  });

  it('is for its hosts, and for no others', () => {
    assert.equal(server.checkHost('localhost'), 'localhost');
    assert.equal(server.checkIP('127.0.0.1'), '127.0.0.1');
    assert.equal(server.checkHost('example.com'), undefined);
    assert.equal(server.checkIP('127.0.0.2'), undefined);
  });

  it('is valid for years, from a day ago on', () => {
    assert.ok(Date.parse(server.validFrom) < now);
    assert.ok(Date.parse(server.validTo) > now + 9 * 365 * 24 * 3600 * 1000);
  });

  it('belongs to its key', () => assert.ok(server.checkPrivateKey(createPrivateKey(key))));

  it('has dates beyond 2049 in the longer form', () => {
    const late = new X509Certificate(createServerCertificate(['localhost'], Date.UTC(2048, 0, 1)).cert);
    assert.equal(new Date(late.validTo).getUTCFullYear(), 2057);
  });
});
