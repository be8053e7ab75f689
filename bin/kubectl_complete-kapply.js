#!/usr/bin/env node
// What kubectl starts for `kubectl kapply <TAB>`: candidates for the words, by cobra's protocol.
process.argv.splice(2, 0, '__complete');
require('./run.js');
