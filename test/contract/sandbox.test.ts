import { startSandbox } from '../../src/sandbox/index.js';
import { contractSuite } from './contractSuite.js';

contractSuite('the sandbox', () => startSandbox());
