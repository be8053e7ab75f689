/**
 * Rules for ESLint of our own.
 * - `exported-functions`: every function that other files can call says what it does.
 */

/** @param {{ type: string } | null | undefined} node */
const isFunction = (node) =>
  ['FunctionDeclaration', 'ArrowFunctionExpression', 'FunctionExpression', 'TSDeclareFunction'].includes(
    node?.type ?? '',
  );

/** @type {import('eslint').Rule.RuleModule} */
const exportedFunctions = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: '{{name}} is exported: say in a docstring what it does.' },
  },
  create: (context) => ({
    ExportNamedDeclaration(node) {
      const { declaration } = node;
      const documented = context.sourceCode.getCommentsBefore(node).at(-1);
      if (documented?.type === 'Block' && documented.value.startsWith('*')) return;
      const declared = declaration?.type === 'VariableDeclaration' ? declaration.declarations : [];
      const functions = isFunction(declaration) ? [declaration] : declared.filter(({ init }) => isFunction(init));
      for (const { id } of functions) context.report({ node: id, messageId: 'missing', data: { name: id.name } });
    },
  }),
};

export default { rules: { 'exported-functions': exportedFunctions } };
