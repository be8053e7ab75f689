/** From the text of a file to a plan that nobody has changed since it was written. */
import { decodeJson } from '../../cluster/requests/json.js';
import { inputError } from '../../errors.js';
import { isJsonObject } from '../../objects/json.js';
import { digestOf } from './digest.js';
import { PLAN_VERSION, type PlanFile } from './planFile.js';

/**
 * Reads a plan file. What its digest covers was written by kapply as it is; what is not in order is refused with the reason.
 * @param file its name, for messages
 * @throws KapplyError (exit 2): `NoPlanFile`, `PlanVersion`, `PlanChanged`
 */
export function readPlanFile(text: string, file: string): PlanFile {
  const value = parse(text, file);
  const { schemaVersion, kapplyVersion, digest, ...rest } = value;
  if (schemaVersion !== PLAN_VERSION) {
    throw inputError(
      'PlanVersion',
      `${file} is a plan of format ${JSON.stringify(schemaVersion)}, made by kapply ${String(kapplyVersion)}: this one reads format ${PLAN_VERSION}`,
      { position: { file }, suggestions: [REMEDY] },
    );
  }
  const actual = digestOf({ schemaVersion, kapplyVersion, ...rest });
  if (digest !== actual) {
    throw inputError(
      'PlanChanged',
      `${file} is not as it was written: its content has the digest ${actual}, and it says ${JSON.stringify(digest)}`,
      { position: { file }, suggestions: ['A plan cannot be edited. Change the manifests, and make a new one.'] },
    );
  }
  const wrong = Object.entries(SHAPE).find(([field, is]) => !is(value[field]));
  if (wrong !== undefined) {
    throw inputError('NoPlanFile', `${file} is no plan that kapply wrote: its ${wrong[0]} is not what it should be`, {
      position: { file },
    });
  }
  return value as unknown as PlanFile;
}

const isListOfMaps = (value: unknown): boolean => Array.isArray(value) && value.every(isJsonObject);
const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
const isText = (value: unknown): boolean => typeof value === 'string';

/** What has a right digest was written by kapply, or by somebody who meant to: what is most of it is looked at all the same. */
const SHAPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  createdAt: isText,
  origin: isJsonObject,
  target: isJsonObject,
  options: isJsonObject,
  readinessRules: isListOfMaps,
  masks: isListOfTexts,
  salt: isText,
  objects: isListOfMaps,
  changes: isListOfMaps,
  prune: isListOfMaps,
  confirmations: isListOfTexts,
  warnings: isListOfTexts,
};

const REMEDY = 'Make the plan and carry it out with the same version of kapply.';

function parse(text: string, file: string): Readonly<Record<string, unknown>> {
  const refuse = (why: string, cause?: unknown): Error =>
    inputError('NoPlanFile', `${file} is no plan: ${why}`, {
      position: { file },
      cause,
      suggestions: ['kapply plan -k DIR -o plan.json writes one.'],
    });
  let value: unknown;
  try {
    value = decodeJson(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refuse('it is not JSON, or not all of it is there', error);
  }
  const isPlan =
    value !== null && typeof value === 'object' && 'schemaVersion' in value && 'changes' in value && 'digest' in value;
  if (!isPlan) throw refuse('it lacks schemaVersion, changes or digest');
  return value as Readonly<Record<string, unknown>>;
}
