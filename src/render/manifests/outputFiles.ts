import { posix } from 'node:path';
import { inputError } from '../../errors.js';
import { currentId, kindOf, type Resource } from '../resources/resource.js';
import { effectiveNamespace } from '../resources/resourceId.js';
import { plainJson } from '../resources/tree.js';
import { emitYaml } from '../yaml/emit.js';

/** One object in a file of its own. */
export interface OutputFile {
  readonly name: string;
  readonly text: string;
  readonly isSecret: boolean;
}

/** By its kind alone: what else is called so is treated with the same care. */
export function isSecret({ tree }: Resource): boolean {
  return kindOf(tree) === 'Secret';
}

/**
 * What `kustomize build -o DIR` writes into the folder: `GROUP_VERSION_KIND_NAME.yaml` in lower case, with the namespace in front
 * where there are several (kustomize: commands/build/writer.go).
 * @throws KapplyError SameFileName where two objects would be one file, of which kustomize keeps the last without a word
 */
export function outputFiles(resources: readonly Resource[]): OutputFile[] {
  const ids = resources.map((resource) => ({ resource, id: currentId(resource) }));
  const namespaces = new Set(ids.filter(({ id }) => !id.clusterScoped).map(({ id }) => effectiveNamespace(id)));
  const names = new Set<string>();
  return ids.map(({ resource, id }) => {
    const prefix = id.clusterScoped || namespaces.size < 2 ? [] : [effectiveNamespace(id)];
    const parts = [...prefix, ...[id.group, id.version, id.kind].filter((part) => part !== ''), id.name];
    const name = `${parts.join('_').toLowerCase()}.yaml`;
    // A name from a manifest must not lead out of the folder.
    if (names.has(name) || posix.basename(name) !== name || /[\\\0]/.test(name)) {
      throw inputError(
        'SameFileName',
        `${id.kind} ${id.name} cannot be written to a file of its own: ${name} is taken or no file name`,
        {
          position: resource.source,
          suggestions: ['Render to one file instead: -o FILE.'],
        },
      );
    }
    names.add(name);
    return { name, text: emitYaml(plainJson(resource.tree ?? {})), isSecret: isSecret(resource) };
  });
}
