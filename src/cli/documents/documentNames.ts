/** A document as kubectl's `-o name` has it: `deployment.apps/web`, a line for each object. Pure. */

interface Named {
  readonly group?: string;
  readonly kind: string;
  readonly name: string;
}

/** What of the documents (docs/schemas) names objects. */
interface NamingDocument {
  /** Of a run. */
  readonly changes?: readonly (Named & { readonly action: string })[];
  readonly prune?: readonly (Named & { readonly outcome: string })[];
  /** Of status and of uses. */
  readonly objects?: readonly ({ readonly id: Named } | { readonly users: readonly { readonly root: Named }[] })[];
  /** Of history and of uses --unused. */
  readonly families?: readonly FamilyNames[];
  /** Of history --set. */
  readonly set?: string;
  readonly deploys?: readonly { readonly number: number }[];
}

interface FamilyNames {
  readonly kind: string;
  readonly revisions?: readonly { readonly name: string }[];
  readonly objects?: readonly { readonly name: string }[];
}

/**
 * The objects that a document is about, in its order, each once: of a deploy what was applied, unchanged objects among it, as
 * `kubectl apply -o name` has it; of a delete or a prune what was deleted; of `uses` the users.
 */
export function documentNames(document: object): string {
  const names = new Set(namedBy(document as NamingDocument).map(nameOf));
  return [...names].map((name) => `${name}\n`).join('');
}

function namedBy({ changes, prune, objects, families, deploys, set }: NamingDocument): readonly Named[] {
  if (families !== undefined) return families.flatMap(ofFamily);
  if (objects !== undefined)
    return objects.flatMap((one) => ('id' in one ? [one.id] : one.users.map(({ root }) => root)));
  if (deploys !== undefined) return deploys.map(({ number }) => ({ kind: 'deploy', name: `${set ?? ''}.${number}` }));
  const applied = (changes ?? []).filter(({ action }) => action !== 'failed' && action !== 'skipped');
  if ((changes ?? []).length > 0) return applied;
  return (prune ?? []).filter(({ outcome }) => outcome === 'deleted');
}

function ofFamily({ kind, revisions, objects }: FamilyNames): Named[] {
  return [...(revisions ?? []), ...(objects ?? [])].map(({ name }) => ({ kind, name }));
}

function nameOf({ group = '', kind, name }: Named): string {
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${name}`;
}
