/** What the CI system that a command runs on gets besides the text: annotations of what failed, and parts that it folds up. */
import { fstatSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { hideSecrets } from '../objects/masks.js';
import { foldingSystemOf, makeFolds, type Folds } from '../ui/ci/ciFolds.js';
import { annotationLines, type Annotation } from '../ui/ci/githubAnnotations.js';
import { spellingFor } from '../ui/writer.js';
import type { CommandIo, OutputStream } from './io.js';

/** `--annotate`. */
export type Annotate = 'auto' | 'github' | 'none';

/** True where failures become annotations. */
export function annotatesOnGithub(annotate: Annotate, { env }: CommandIo): boolean {
  return annotate === 'github' || (annotate === 'auto' && env.GITHUB_ACTIONS === 'true');
}

/** Annotates what a command failed of that has no reporter, where it runs on GitHub. On stderr: stdout is what was asked for. */
export function annotateOnGithub(annotations: readonly Annotation[], annotate: Annotate, io: CommandIo): void {
  if (!annotatesOnGithub(annotate, io)) return;
  io.stderr.write(annotationLines(hideSecrets(annotations, io.masks), (file) => pathInRepository(file, io)));
}

/** How parts of stdout are folded up; undefined where nothing folds, and where stdout is a file, which is kept or posted. */
export function foldsFor(annotate: Annotate, io: CommandIo): Folds | undefined {
  if (annotate === 'none' || isFile(io.stdout)) return undefined;
  const system = annotate === 'github' ? 'github' : foldingSystemOf(io.env);
  if (system === undefined) return undefined;
  const { open, close } = makeFolds(system);
  const spelled = spellingFor(io.env);
  return { open: (title, at) => open(spelled(title), at), close };
}

function isFile({ fd }: OutputStream): boolean {
  return fd !== undefined && fstatSync(fd).isFile();
}

/** From the root of the checkout, with slashes; undefined for what is not a file of it: stdin, a fetched base. */
export function pathInRepository(file: string, { env, cwd }: CommandIo): string | undefined {
  const root = env.GITHUB_WORKSPACE ?? '';
  const path = resolve(cwd, file);
  const inside = relative(root, path);
  if (root === '' || inside === '' || inside.startsWith('..') || isAbsolute(inside)) return undefined;
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? inside.split(sep).join('/') : undefined;
}
