#!/usr/bin/env node
// Starts the bundle. From Node 22 on, compiled code is cached between runs: half of the start-up time. Node 20 has no such cache,
// but spends a quarter of a short run's CPU on optimizing functions that end before it pays: see docs/decisions/0140.
import module from 'node:module';
import { setFlagsFromString } from 'node:v8';

module.enableCompileCache?.();
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1500000');
const { start } = await import('../dist/main.js');
await start();
