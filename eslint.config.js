import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import docstrings from './scripts/docstrings.js';

/** What makes, changes or links files. Removing is not among them: it follows no links. */
const WRITES = [
  ...['appendFile', 'chmod', 'chown', 'copyFile', 'cp', 'createWriteStream', 'fchmod', 'ftruncate', 'lchown', 'link'],
  ...['mkdir', 'mkdtemp', 'open', 'rename', 'symlink', 'truncate', 'utimes', 'write', 'writeFile', 'writev'],
];
const WRITERS = 'Write by src/files: whole or not at all, and never through a link.';

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '**/fixtures/', '**/.bin/']),
  js.configs.recommended,
  { files: ['bin/*.js'], languageOptions: { sourceType: 'commonjs' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A number in a message is as good as a string.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Arrow functions that return what a void function returns read well, and harm nobody.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      // In the bundle a CommonJS package that is imported so has no exports but its default one.
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportExpression[source.value=/^[^.]/]:not([source.value=/^node:/])',
          message: 'Import the package by an import statement in a file of its own, and that file when it is needed.',
        },
      ],
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // mocha's `it` returns nothing that anyone awaits; a table of cases is as long as it must be.
    files: ['test/**/*.ts', 'e2e/**/*.ts'],
    rules: {
      'max-lines': 'off',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [] }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // What is longer has parts that have names.
    files: ['src/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { docstrings },
    rules: { 'docstrings/exported-functions': 'error' },
  },
  {
    // What a program that rendering runs may see of the environment is decided in one place: it is handed in.
    files: ['src/render/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Take it from RenderOptions.environment.' },
      ],
      'no-restricted-imports': ['error', { paths: [{ name: 'node:process', message: 'Rendering has no process.' }] }],
    },
  },
  {
    files: ['src/render/**/*.ts'],
    ignores: ['src/render/programs/runProgram.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:child_process', message: 'Programs are started by programs/runProgram.ts.' },
            { name: 'node:process', message: 'Rendering has no process.' },
          ],
        },
      ],
    },
  },
  {
    // Whole or not at all, with the right mode, and never through a link: src/files/ knows how.
    files: ['src/**/*.ts'],
    ignores: ['src/files/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:fs', importNames: WRITES.flatMap((name) => [name, `${name}Sync`]), message: WRITERS },
            { name: 'node:fs/promises', importNames: WRITES, message: WRITERS },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
