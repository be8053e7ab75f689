import { PROMISES } from './tables.js';
import { promiseSuite, sandboxWorld } from './world.js';

promiseSuite('the sandbox', PROMISES, sandboxWorld);
