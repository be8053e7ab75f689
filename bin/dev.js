#!/usr/bin/env node
// Starts from source, without a build.
void import('tsx/esm/api').then(async ({ register }) => {
  register();
  const { start } = await import('../src/main.ts');
  await start();
});
