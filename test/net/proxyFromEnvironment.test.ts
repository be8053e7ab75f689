import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { proxyFromEnvironment } from '../../src/net/proxyFromEnvironment.js';

interface Case {
  readonly name: string;
  readonly server: string;
  readonly env: Record<string, string>;
  readonly proxy: string | null;
}

const cases = parse(readFileSync(new URL('../fixtures/cluster/proxies.yaml', import.meta.url), 'utf8')) as Case[];

describe('proxyFromEnvironment', () => {
  for (const { name, server, env, proxy } of cases) {
    it(name, () => assert.equal(proxyFromEnvironment(new URL(server), env) ?? null, proxy));
  }
});
