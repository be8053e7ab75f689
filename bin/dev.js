#!/usr/bin/env node
// Starts from source, without a build.
import { register } from 'tsx/esm/api';

register();
const { start } = await import('../src/main.ts');
await start();
