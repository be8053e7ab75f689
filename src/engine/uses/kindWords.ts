/** Which kind a word speaks of: the name of a field, a flag, a key or a variable. Pure. */

/** Short names of kubectl, and words that stand for a kind. */
const SHORT: Readonly<Record<string, string>> = {
  cm: 'configmap',
  deploy: 'deployment',
  ds: 'daemonset',
  pvc: 'persistentvolumeclaim',
  pv: 'persistentvolume',
  sa: 'serviceaccount',
  sts: 'statefulset',
  svc: 'service',
};

/** What longer words end in that speak of a kind: `existingSecret`, `POD_CONFIGMAP_NAME`, `existingClaim`. */
const ENDINGS: readonly (readonly [ending: string, kind: string])[] = [
  ['configmap', 'configmap'],
  ['secret', 'secret'],
  ['serviceaccount', 'serviceaccount'],
  ['service', 'service'],
  ['resourceclaim', 'resourceclaim'],
  ['claim', 'persistentvolumeclaim'],
];

/** Of these endings nothing else is meant, whereas `my-service` stands before many a word. */
const NOTHING_ELSE = new Set(['configmap', 'secret']);

/**
 * The kind that a field or a flag speaks of, in small letters, if its name is a kind's: `secretName`, `configMapRef`,
 * `services`, `ingress-class`. Any other word is returned as well: the caller knows which kinds there are. '' where it
 * says no more than that it is a name.
 */
export function kindOfField(field: string): string {
  const word = field
    .replace(/[-_.]/g, '')
    .toLowerCase()
    .replace(/(key)?(names?|refs?|references?|selectors?)$/, '');
  const single = /(ss|sh|ch|x)es$/.test(word) ? word.slice(0, -2) : word.replace(/([^s])s$/, '$1');
  return SHORT[single] ?? single;
}

/** As `kindOfField`, and a longer word that ends in a kind of which nothing else is meant stands for that kind. */
export function kindOrEnding(field: string): string {
  const word = kindOfField(field);
  return ENDINGS.find(([ending]) => NOTHING_ELSE.has(ending) && word.endsWith(ending))?.[1] ?? word;
}

/** The kinds that a word could speak of: itself, what it ends in, and each part between its dots and slashes. */
export function kindsOfWord(word: string): readonly string[] {
  return [word, ...word.split(/[./]/)].flatMap((part) => {
    const kind = kindOfField(part);
    const ending = ENDINGS.find(([end]) => kind.endsWith(end))?.[1];
    return ending === undefined || ending === kind ? [kind] : [kind, ending];
  });
}
