#!/usr/bin/env node
// Starts the bundle. No ES module, as bin/package.json says: Node's loader for these takes a fifth of Node's own start.
void require('../dist/start.cjs').startBundle(require.resolve('../dist/main.cjs'));
