#!/usr/bin/env node
// What `kubectl kapply` starts: the same program, which calls itself by this name.
require('./run.js');
