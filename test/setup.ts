import { rmSync } from 'node:fs';
import { makeTemporaryFolder } from '../src/files/temporaryFolder.js';

// Colours are decided once, before chalk loads: tests see plain text unless they ask for more.
process.env.FORCE_COLOR = '0';

// What tests leave behind, also one that fails or a program that it kills, lies in one folder that goes with the process.
// Where the process itself is killed, the next run of kapply or of the tests sweeps it (src/files/temporaryFolder.ts).
const folder = await makeTemporaryFolder();
for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
