/** Every promise of README's "What is pruned, and what never is", each with its table. */
import { bareNamesTable } from './bareNames.js';
import { coOwnersTable } from './coOwners.js';
import { containersTable } from './containersAndData.js';
import { identityTable } from './identity.js';
import { orderOfGoingTable } from './orderOfGoing.js';
import { ownTable } from './own.js';
import { permissionsTable } from './permissions.js';
import { racesTable } from './races.js';
import { recreationTable } from './recreation.js';
import { staleTable } from './stale.js';
import { rightsTable } from './rights.js';
import { statusReadsTable } from './statusReads.js';
import { usesTable } from './uses.js';
import type { PromiseTable } from './world.js';

export const PROMISES: readonly PromiseTable[] = [
  staleTable,
  identityTable,
  coOwnersTable,
  containersTable,
  orderOfGoingTable,
  recreationTable,
  usesTable,
  ownTable,
  permissionsTable,
  rightsTable,
  statusReadsTable,
  racesTable,
  bareNamesTable,
];
