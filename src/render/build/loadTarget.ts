/** Finds and reads the kustomization file of a folder. */
import { join } from 'node:path';
import { inputError } from '../../errors.js';
import type { JsonObject } from '../../objects/object.js';
import type { Build } from './build.js';
import type { Kustomization } from '../kustomization/kustomization.js';
import { readKustomization } from '../kustomization/readKustomization.js';
import { decodeText } from '../loading/decodeText.js';
import { type Root, shownPath } from '../loading/root.js';
import { isNotAFile, loadFile, readLocalFile } from '../loading/loadFile.js';
import { problemOfOpenApi } from '../openApi/checkOpenApi.js';
import { BUILTIN_VERSION } from '../openApi/openApi.js';
import { positionOf } from '../yaml/position.js';
import { readYaml } from '../yaml/read.js';

/** What a kustomization file may be called. */
export const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export interface LoadedKustomization {
  readonly kustomization: Kustomization;
  readonly fileName: string;
  readonly file: string;
  readonly text: string;
}

/** Throws KapplyError `MissingKustomization` or `SeveralKustomizations`, and what readKustomization throws. */
export function loadKustomization(root: Root, build: Build): LoadedKustomization {
  const found = FILE_NAMES.flatMap((fileName) => {
    const content = readIfThere(root, fileName);
    return content === undefined ? [] : [{ fileName, content }];
  });
  const [only, second] = found;
  const folder = shownPath(root, root.folder);
  if (only === undefined) {
    throw inputError(
      'MissingKustomization',
      `${folder} has no ${FILE_NAMES.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`,
      {
        suggestions: ['Name a folder that has one of these files.'],
      },
    );
  }
  if (second !== undefined) {
    throw inputError('SeveralKustomizations', `${folder} has both ${only.fileName} and ${second.fileName}`, {
      suggestions: ['Keep one of the two.'],
    });
  }
  const file = shownPath(root, join(root.folder, only.fileName));
  const text = decodeText(only.content, file);
  const { kustomization, warnings } = readKustomization(text, file);
  for (const warning of warnings) build.warnings.add(warning);
  return { kustomization, fileName: only.fileName, file, text };
}

function readIfThere(root: Root, fileName: string): Buffer | undefined {
  try {
    return readLocalFile(root, fileName);
  } catch (error) {
    if (isNotAFile(error)) return undefined;
    throw error;
  }
}

/** Follows `openapi`: a version that is built in, or a file. The first kustomization that has one decides for the run. */
export async function chooseOpenApi(
  root: Root,
  { openapi = {} }: Kustomization,
  file: string,
  build: Build,
): Promise<void> {
  const { path, version } = openapi;
  const position = { file };
  const shown = shownPath(root, join(root.folder, path ?? ''));
  const content = path === undefined ? undefined : decodeText(await loadFile(root, path), shown);
  if (build.openApi.isChosen) return;
  if (content !== undefined && version !== undefined) {
    throw inputError('InvalidOpenApi', 'openapi has both path and version: keep one of the two', { position });
  }
  if (content !== undefined) {
    const document = readYaml(content, { file: shown, dialect: 'kustomization' })[0]?.value;
    if (typeof document !== 'object' || document === null || Array.isArray(document)) {
      throw inputError('InvalidOpenApi', 'this is no OpenAPI document', { position: { file: shown } });
    }
    const problem = problemOfOpenApi(document as JsonObject);
    if (problem !== undefined) {
      throw inputError('InvalidOpenApi', problem.message, {
        position: { file: shown, ...positionOf(content, 0, problem.path, 'kustomization') },
      });
    }
    build.openApi.choose(document as JsonObject);
  } else if (version !== undefined && version !== '') {
    if (version !== BUILTIN_VERSION) {
      throw inputError('InvalidOpenApi', `the OpenAPI version ${version} is not built in, only ${BUILTIN_VERSION} is`, {
        position,
        suggestions: ['Give the schema as a file: openapi: {path: schema.json}.'],
      });
    }
    build.openApi.choose(undefined);
  }
}
