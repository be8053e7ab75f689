/** Metadata that servers write and `kubectl get -o yaml` exports: applying it is refused or means nothing. */
export const SERVER_FIELDS: ReadonlySet<string> = new Set([
  'managedFields',
  'creationTimestamp',
  'uid',
  'resourceVersion',
  'generation',
  'selfLink',
]);
