#!/usr/bin/env node
// Starts the bundle.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
await require('../dist/start.cjs').startBundle(require.resolve('../dist/main.cjs'));
