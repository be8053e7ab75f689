/** A document as a machine gets it: JSON, the same as YAML, or the names in it. */
import { KapplyError } from '../../errors.js';
import type { Json, KubeObject } from '../../objects/object.js';

export type DocumentOutput = 'json' | 'yaml' | 'name';

/** True where stdout holds one document. */
export function isDocument(output: string | undefined): output is DocumentOutput {
  return output === 'json' || output === 'yaml' || output === 'name';
}

/** What makes the whole text of a document, with its last line break. What YAML needs is loaded for it alone. */
export async function documentWriter(output: DocumentOutput): Promise<(document: object) => string> {
  const toJson = (document: object): string => JSON.stringify(document, undefined, 2);
  if (output === 'json') return (document) => `${toJson(document)}\n`;
  if (output === 'name') return (await import('./documentNames.js')).documentNames;
  const toYaml = await yamlWriter();
  return (document) => toYaml(JSON.parse(toJson(document)) as Json);
}

/** What YAML cannot carry as it is, JSON does as an escape, and every reader of YAML reads that as well. */
const UNPRINTABLE = /[\u007f-\u009f\ufffe\uffff]/g;

/** What makes YAML of a value. */
export async function yamlWriter(): Promise<(value: Json) => string> {
  const { emitYaml } = await import('../../render/yaml/emit.js');
  return (value) => {
    try {
      return emitYaml(value);
    } catch (error) {
      if (!(error instanceof KapplyError)) throw error;
      const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
      return `${JSON.stringify(value, null, 2).replace(UNPRINTABLE, escaped)}\n`;
    }
  };
}

/**
 * What makes YAML of an object for a diff, as kustomize prints it. What YAML cannot carry is an error here: a diff has
 * another way to show it (ui/plan/linesOfObject).
 */
export async function manifestWriter(): Promise<(object: KubeObject) => string> {
  const { emitYaml } = await import('../../render/yaml/emit.js');
  return (object) => emitYaml(object as unknown as Json);
}
