import { KapplyError } from '../../src/errors.js';
import { renderText } from '../../src/render/render.js';
import { kustomizeBuild, withFiles, type Files } from '../render/oracle.js';

export interface Difference {
  readonly kustomize: string;
  readonly kapply: string;
}

export type Comparison =
  { readonly outcome: 'same' | 'bothRefuse' } | { readonly outcome: 'different'; readonly difference: Difference };

/** Renders `overlay` of a tree with both. */
export async function compareWithKustomize(kustomize: string, files: Files): Promise<Comparison> {
  return withFiles(files, (directory) => compareFolder(kustomize, `${directory}/overlay`));
}

/** Renders a folder with both, and says where they differ: in their output, or in whether they take it. */
export async function compareFolder(kustomize: string, folder: string): Promise<Comparison> {
  const theirs = kustomizeBuild(kustomize, folder);
  const ours = await renderOrRefuse(folder);
  if ('error' in theirs && 'error' in ours) return { outcome: 'bothRefuse' };
  if ('output' in theirs && 'output' in ours && theirs.output === ours.output) return { outcome: 'same' };
  return { outcome: 'different', difference: { kustomize: told(theirs), kapply: told(ours) } };
}

/** Anything but a KapplyError is a bug, and is thrown on. */
async function renderOrRefuse(folder: string): Promise<{ output: string } | { error: string }> {
  try {
    const { text } = await renderText(folder, {});
    return { output: text };
  } catch (error) {
    if (error instanceof KapplyError) return { error: `${error.code}: ${error.message}` };
    throw error;
  }
}

function told(result: { output: string } | { error: string }): string {
  return 'output' in result ? result.output : `refused: ${result.error}`;
}
