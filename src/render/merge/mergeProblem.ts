/** What a patch cannot do to an object; the caller knows which patch and which object. */
export class MergeProblem extends Error {
  readonly path: readonly string[];

  constructor(message: string, path: readonly string[] = []) {
    super(message);
    this.path = path;
  }
}
