/** What the server refuses, in words that say what to do: field and owner of a conflict, the cause of an invalid object. */
import type { ApiError } from '../../../cluster/apiError.js';
import { EXIT, KapplyError, type ErrorInfo } from '../../../errors.js';
import { formatId, idOf, type KubeObject, type ObjectId } from '../../../objects/object.js';
import { isConfigKind } from '../../configs/revisions.js';
import { shellCommand } from '../../../objects/shellCommand.js';
import type { FieldSet } from '../../../patch/apply/fieldSet.js';
import { contestedFields, lostFields, type Sides } from './contested.js';
import { pathWords } from './pathWords.js';
import { immutableValues } from './immutableValues.js';
import type { Change } from '../member.js';
import { SCHEMA_CODES } from './schemaRefusal.js';
import { takenNumber } from './takenNumber.js';
import type { Obstacle } from './inTheWay.js';

/** One object that cannot be applied, and why. */
export interface Refusal {
  readonly id: ObjectId;
  readonly version: string;
  readonly failure: ErrorInfo;
}

/** The server, or the rules of sets, refuse objects of the plan: nothing was sent (exit 5). */
export class PlanRefusedError extends KapplyError {
  readonly refusals: readonly Refusal[];
  /** What would have been done to the others. */
  readonly planned: readonly Change[];

  constructor(refusals: readonly Refusal[], total: number, planned: readonly Change[] = []) {
    const [first] = refusals;
    const names =
      first === undefined
        ? ''
        : `: ${formatId(first.id)}${refusals.length > 1 ? ` and ${refusals.length - 1} more` : ''}`;
    // What the schema does not take is wrong in the manifest itself.
    const isInput = refusals.some(({ failure }) => Object.values<string>(SCHEMA_CODES).includes(failure.code));
    const exitCode = isInput ? EXIT.input : EXIT.refused;
    super('PlanRefused', `${refusals.length} of ${total} objects refused, nothing was sent${names}`, exitCode);
    this.name = 'PlanRefusedError';
    this.refusals = refusals;
    this.planned = planned;
  }
}

const CONFLICT_REMEDIES = [
  'Take the live value into your manifest, so that both agree.',
  'Remove the field from your manifest, and leave it to its owner.',
  'Add --force-conflicts, and take it over.',
];

/**
 * Words for an error that the API server answered to a write of the object.
 * @param sides what lives and what was to be sent, where something lives: a conflict tells both
 */
export function refusalOf(error: ApiError, id: ObjectId, sides?: Sides): ErrorInfo {
  const causes = error.status.details?.causes ?? [];
  const conflicts = causes.filter(({ reason }) => reason === 'FieldManagerConflict');
  if (conflicts.length > 0) {
    return conflict(
      id,
      sides === undefined
        ? conflicts.map(({ field = '', message = '' }) => `${field}: ${message}`)
        : contestedFields(conflicts, sides),
    );
  }
  if (causes.some(({ reason }) => reason === 'NamespaceTerminating')) return namespaceTerminating(id.namespace);
  const details = causes.map(({ field, message }) => [field, shorten(message ?? '')].filter(Boolean).join(': '));
  const message =
    causes.length > 0 ? `${formatId(id)}: ${details.join('; ')}` : `${formatId(id)}: ${shorten(error.message)}`;
  // A field that the schema does not have is answered with a 500 without a reason (seen): it is the manifest that is wrong.
  const code = error.status.reason === undefined && error.httpStatus === 500 ? 'InvalidField' : error.code;
  return { code, message, suggestions: suggestionsFor(error, id) };
}

function namespaceTerminating(namespace: string): ErrorInfo {
  return {
    code: 'NamespaceTerminating',
    message: `namespace ${namespace} is being deleted: nothing can be created in it`,
    suggestions: [
      'Deploy again when it is gone, with the Namespace in the set, or after kubectl create namespace.',
      `kubectl describe namespace ${namespace} says what holds it.`,
    ],
  };
}

/** One refusal for all that cannot be created in a namespace that is being deleted; the others as they are. */
export function collapseRefusals(refusals: readonly Refusal[]): Refusal[] {
  const namespaces = new Set<string>();
  return refusals.flatMap((refusal) => {
    if (refusal.failure.code !== 'NamespaceTerminating') return [refusal];
    const { namespace } = refusal.id;
    if (namespaces.has(namespace)) return [];
    namespaces.add(namespace);
    return [{ ...refusal, id: { group: '', kind: 'Namespace', namespace: '', name: namespace }, version: 'v1' }];
  });
}

/** A 422 for a Job's template carries the whole struct. */
function shorten(message: string): string {
  return message.length <= 300 ? message : `${message.slice(0, 140)} … ${message.slice(-140)}`;
}

function suggestionsFor(error: ApiError, id: ObjectId): string[] {
  const { kind } = error.status.details ?? {};
  if (error.httpStatus === 404 && kind === 'namespaces') {
    return [
      `Create the namespace first (${shellCommand(['kubectl', 'create', 'namespace', id.namespace])}), or add it to the set.`,
    ];
  }
  if (error.status.reason === undefined && error.httpStatus === 500) {
    return [
      `${shellCommand(['kubectl', 'explain', id.kind.toLowerCase(), '--recursive'])} lists the fields that the server knows.`,
    ];
  }
  const taken = takenNumber(error, id);
  if (taken !== undefined) return [taken];
  if (error.status.reason === 'Forbidden')
    return [
      'A missing permission, a quota or an admission policy: the message says which.',
      ...error.suggestions,
      ...ifOnlyTried(error),
    ];
  return ifOnlyTried(error);
}

/** What admission says (a policy, a webhook) names no field. It may be about the dry run alone. */
function ifOnlyTried({ status }: ApiError): string[] {
  const isByAdmission = (status.details?.causes ?? []).every(({ field = '' }) => field === '');
  if (!isByAdmission || !['Forbidden', 'Invalid', 'BadRequest'].includes(status.reason ?? '')) return [];
  return [
    'Where only dry runs are refused, annotate it with kapply.dev/dry-run: disabled, and it is not tried before.',
  ];
}

/** Conflicts that were found by comparing who owns what before and after a forced dry run. */
export function conflictRefusal(
  id: ObjectId,
  conflicts: readonly { manager: string; fields: FieldSet }[],
  sides: Sides,
): ErrorInfo {
  return conflict(
    id,
    conflicts.flatMap(({ manager, fields }) => lostFields(manager, fields, sides)),
  );
}

/** One field stands behind the object's name; several stand below it, each in its line. */
function conflict(id: ObjectId, fields: readonly string[]): ErrorInfo {
  return {
    code: 'FieldManagerConflict',
    message: `${formatId(id)} is also managed by others:${fields.length === 1 ? ` ${fields.join('')}` : fields.map((field) => `\n${field}`).join('')}`,
    suggestions: CONFLICT_REMEDIES,
  };
}

/** Fields of others that exclude what is applied: one value of several that can be there one at a time. */
export function excludedRefusal(id: ObjectId, obstacles: readonly Obstacle[]): ErrorInfo {
  const fields = obstacles.map(({ path, managers }) => `${pathWords(path)} belongs to ${managers.join(' and ')}`);
  const managers = [...new Set(obstacles.flatMap((obstacle) => obstacle.managers))];
  return {
    code: 'FieldManagerConflict',
    message: `${formatId(id)}: ${fields.join('; ')}, and excludes what the manifest says in its place`,
    suggestions: [
      'Add --force-conflicts, and it is removed.',
      `Add ${managers.map((manager) => `--take-over-manager ${manager}`).join(' ')}, and all that it put there becomes part of this deploy.`,
      'Or have its owner remove it.',
    ],
  };
}

/** A change of what cannot be changed: the same object would be accepted anew. */
export function immutableRefusal(error: ApiError, live: KubeObject, desired: KubeObject): ErrorInfo {
  const id = idOf(desired);
  const fields = (error.status.details?.causes ?? []).map(({ field }) => field).filter((field) => field !== undefined);
  const what = fields.length === 0 ? 'a field' : [...new Set(fields)].join(', ');
  const values = immutableValues(live, desired, fields);
  return {
    code: 'ImmutableField',
    message: `${formatId(id)}: ${what} cannot be changed on an object that exists${values.length === 0 ? '' : ` (${values.join('; ')})`}`,
    suggestions: [
      ...(isConfigKind(id.group, id.kind)
        ? ['Let a generator give it a hash suffix, so that a change makes a new object.']
        : []),
      ...(what.includes('selector') || what.includes('volumeClaimTemplates')
        ? [
            'Where commonLabels (or labels with includeSelectors) put it there: use labels with includeSelectors: false.',
          ]
        : []),
      'Annotate it with kapply.dev/on-immutable: recreate, to have it deleted and created anew.',
    ],
  };
}

/** What is on its way out: the server takes an apply without a word (seen), and it goes with the object. */
export function terminatingRefusal(id: ObjectId, live: KubeObject): ErrorInfo {
  const finalizers = live.metadata.finalizers ?? [];
  return {
    code: 'Terminating',
    message: `${formatId(id)} is being deleted${finalizers.length === 0 ? '' : `, and waits for ${finalizers.join(', ')}`}`,
    suggestions: ['Deploy again when it is gone: an apply now would be lost with it.'],
  };
}
