/** Objects whose managedFields are gone: somebody removed them, or what restored the object did. */
import { ApiError } from '../../../cluster/apiError.js';
import type { KubeObject } from '../../../objects/object.js';
import { addressOf, type Member } from '../member.js';
import type { AskServerOptions } from './askServer.js';
import { isBare } from './intent.js';
import { UNTRACKED } from './takeOver.js';

/**
 * The live object, with the owner that the server gives to all that it holds at its next apply (apimachinery, managedfields/internal
 * buildmanagerinfo). Every field of ours would conflict with that one at each deploy; known beforehand, it is taken over like
 * kubectl's fields. What the server makes it own, its answer to a dry run says.
 */
export async function withOwners(
  member: Member,
  live: KubeObject | undefined,
  { cluster, fieldManager, signal }: AskServerOptions,
): Promise<KubeObject | undefined> {
  if (live === undefined || (live.metadata.managedFields ?? []).length > 0) return live;
  if (member.pendingKind || isBare(member.object)) return live;
  try {
    const options = { fieldManager, force: true, dryRun: true, signal };
    const { metadata } = await cluster.apply(addressOf(member), member.object, options);
    if (metadata.resourceVersion !== live.metadata.resourceVersion) return live;
    const managedFields = (metadata.managedFields ?? []).filter(({ manager }) => manager === UNTRACKED);
    return { ...live, metadata: { ...live.metadata, managedFields } };
  } catch (error) {
    // What is wrong with it is found, and told, where it is tried.
    if (error instanceof ApiError) return live;
    throw error;
  }
}
