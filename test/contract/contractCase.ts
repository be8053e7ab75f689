import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ContractAnswer, ContractClient } from './client.js';

/**
 * One case of the contract: requests in a namespace of their own, and what must come back. Cases are data
 * (fixtures/cases/*.yaml), the same for every server. `NS` in any text stands for the case's namespace.
 */
export interface ContractCase {
  readonly case: string;
  readonly steps: readonly Step[];
}

export interface Step {
  /** Server-side apply, and the other verbs. `get` of a collection lists it. */
  readonly do: 'apply' | 'create' | 'update' | 'patch' | 'get' | 'delete';
  /** `configmaps/a`, `apps/v1/deployments/a/scale` in the namespace of the case, or a path from `/`. */
  readonly of: string;
  readonly body?: unknown;
  /** The field manager; default `one`. '' sends none. */
  readonly as?: string;
  /** `json`, `merge` or `strategic`; default merge. */
  readonly type?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A token, or where the answer before has one: `{status.token}`. */
  readonly token?: string;
  /** Asked again until it is as expected: what a server does in its own time. */
  readonly eventually?: true;
  readonly expect?: Expectation;
}

export interface Expectation {
  /** Default: any of 200 to 299. */
  readonly status?: number;
  /** What the body holds at least: objects by field, lists item by item and in full; null is "not there". */
  readonly body?: unknown;
  /** Who owns what, in full: `one Apply`, `two Update`, `one Apply status` → FieldsV1. */
  readonly managers?: Readonly<Record<string, unknown>>;
  /** metadata.name of the items of a list, in order. */
  readonly names?: readonly string[];
  readonly message?: string;
  readonly reason?: string;
  /** The fields of the causes. */
  readonly causes?: readonly string[];
  readonly warnings?: readonly string[];
  /** Paths whose value is that of the step before, or not. */
  readonly same?: readonly string[];
  readonly changed?: readonly string[];
  /** Headers of the answer, lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The cases of a file. */
export function casesIn(folder: string): readonly { readonly file: string; readonly cases: readonly ContractCase[] }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({
      file: file.replace('.yaml', ''),
      cases: parse(readFileSync(join(folder, file), 'utf8')) as readonly ContractCase[],
    }));
}

const PATCH_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

const METHODS = {
  apply: 'PATCH',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  get: 'GET',
  delete: 'DELETE',
} as const;

/** Runs a case's steps in order. */
export async function runCase(client: ContractClient, namespace: string, { steps }: ContractCase): Promise<void> {
  let before: ContractAnswer | undefined;
  for (const [index, raw] of steps.entries()) {
    const step = JSON.parse(JSON.stringify(raw).replaceAll('NS', namespace)) as Step;
    const where = (answer: ContractAnswer): string =>
      `step ${index + 1} (${step.do} ${step.of}): ${JSON.stringify(answer.body)}`;
    const last = before;
    const ask = async (): Promise<ContractAnswer> => {
      const answer = await client.send({
        method: METHODS[step.do],
        path: pathOf(step, namespace, last),
        ...(step.body === undefined ? {} : { body: withVersion(step.body, last) }),
        ...(step.token === undefined ? {} : { token: String(withVersion([step.token], last)) }),
        headers: { ...contentTypeOf(step), ...step.headers },
      });
      check(answer, last, step.expect ?? {}, where(answer));
      return answer;
    };
    before = await (step.eventually === true ? patiently(ask) : ask());
  }
}

async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return ask();
}

function contentTypeOf(step: Step): Record<string, string> {
  if (step.do === 'apply') return { 'content-type': 'application/apply-patch+yaml' };
  return step.do === 'patch' ? { 'content-type': PATCH_TYPES[step.type ?? 'merge'] ?? step.type ?? '' } : {};
}

function pathOf(step: Step, namespace: string, before: ContractAnswer | undefined): string {
  const manager = step.as ?? (step.do === 'get' || step.do === 'delete' ? '' : 'one');
  const query = [manager === '' ? '' : `fieldManager=${manager}`, step.query ?? '']
    .filter((part) => part !== '')
    .join('&');
  return `${urlOf(step.of, namespace)}${query === '' ? '' : `?${filled(query, before)}`}`;
}

/** `configmaps/a` → `/api/v1/namespaces/NS/configmaps/a`; `apps/v1/deployments` → `/apis/apps/v1/namespaces/NS/deployments` */
export function urlOf(address: string, namespace: string): string {
  if (address.startsWith('/')) return address;
  const [group = '', version = '', ...rest] = address.split('/');
  return /^v\d/.test(version)
    ? `/apis/${group}/${version}/namespaces/${namespace}/${rest.join('/')}`
    : `/api/v1/namespaces/${namespace}/${address}`;
}

/** `{metadata.resourceVersion}` in a text stands for that of the step before. */
function filled(text: string, before: ContractAnswer | undefined): string {
  return text.replace(/\{([\w.]+)\}/g, (_, path: string) => encodeURIComponent(String(valueAt(before?.body, path))));
}

function withVersion(body: unknown, before: ContractAnswer | undefined): unknown {
  if (typeof body === 'string') return body;
  return JSON.parse(
    JSON.stringify(body).replace(/"\{([\w.]+)\}"/g, (_, path: string) => JSON.stringify(valueAt(before?.body, path))),
  );
}

export function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (node, field) =>
        typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[field] : undefined,
      value,
    );
}

function check(answer: ContractAnswer, before: ContractAnswer | undefined, expected: Expectation, where: string): void {
  const { body } = answer;
  if (expected.status === undefined)
    assert.ok(answer.status >= 200 && answer.status < 300, `${answer.status} in ${where}`);
  else assert.equal(answer.status, expected.status, where);
  if (expected.message !== undefined) assert.equal(valueAt(body, 'message'), expected.message);
  if (expected.reason !== undefined) assert.equal(valueAt(body, 'reason') ?? '', expected.reason, where);
  if (expected.causes !== undefined) {
    const causes = (valueAt(body, 'details.causes') ?? []) as readonly { readonly field?: string }[];
    assert.deepEqual(causes.map(({ field }) => field).sort(), [...expected.causes].sort(), where);
  }
  if (expected.names !== undefined) {
    const items = (valueAt(body, 'items') ?? []) as readonly { readonly metadata: { readonly name: string } }[];
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      expected.names,
      where,
    );
  }
  if (expected.managers !== undefined) assert.deepEqual(managersOf(body), expected.managers, where);
  if (expected.body !== undefined) contains(body, expected.body, 'body');
  if (expected.warnings !== undefined) assert.deepEqual(warningsOf(answer), expected.warnings, where);
  for (const path of expected.same ?? []) assert.deepEqual(valueAt(body, path), valueAt(before?.body, path), path);
  for (const path of expected.changed ?? [])
    assert.notDeepEqual(valueAt(body, path), valueAt(before?.body, path), path);
  for (const [name, value] of Object.entries(expected.headers ?? {})) assert.equal(answer.headers[name], value, where);
}

/** What a cluster's controllers own besides is not part of the contract. */
const CONTROLLERS = ['kube-controller-manager', 'kube-scheduler', 'kube-apiserver'];

function managersOf(body: unknown): Record<string, unknown> {
  const entries = (valueAt(body, 'metadata.managedFields') ?? []) as readonly {
    readonly manager: string;
    readonly operation: string;
    readonly subresource?: string;
    readonly fieldsV1: unknown;
  }[];
  return Object.fromEntries(
    entries
      .filter(({ manager }) => !CONTROLLERS.includes(manager))
      .map(({ manager, operation, subresource = '', fieldsV1 }) => [
        `${manager} ${operation} ${subresource}`.trim(),
        fieldsV1,
      ]),
  );
}

function warningsOf(answer: ContractAnswer): string[] {
  const header = answer.headers['warning'];
  const text = Array.isArray(header) ? header.join(', ') : (header ?? '');
  return [...text.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, quoted]) => JSON.parse(quoted ?? '""') as string);
}

/** `actual` has everything that `expected` says. */
export function contains(actual: unknown, expected: unknown, path: string): void {
  if (expected === null) {
    assert.ok(actual === undefined || actual === null, `${path} is there: ${JSON.stringify(actual)}`);
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), `${path} is no list: ${JSON.stringify(actual)}`);
    assert.equal(actual.length, expected.length, `${path}: ${JSON.stringify(actual)}`);
    expected.forEach((item, i) => contains(actual[i], item, `${path}[${i}]`));
  } else if (typeof expected === 'object') {
    assert.ok(typeof actual === 'object' && actual !== null, `${path} is no object: ${JSON.stringify(actual)}`);
    for (const [field, value] of Object.entries(expected)) {
      contains((actual as Record<string, unknown>)[field], value, `${path}.${field}`);
    }
  } else {
    assert.equal(actual, expected, path);
  }
}
