import type { LoadHook } from 'node:module';
import ts from 'typescript';

/**
 * A module loader hook that counts branches: every function, branch, case and right operand of a logical operator in
 * the compiled `libs/mls` calls `__cover` with its own number.
 */
export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  if (!/\/dist\/libs\/mls\/src\/\w+\.js$/.test(url) || loaded.source === undefined) return loaded;
  const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
  return { ...loaded, source: instrumented(text) };
};

const f = ts.factory;
const logical = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

let points = 0;

function instrumented(text: string): string {
  const file = ts.createSourceFile('module.js', text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const { transformed } = ts.transform(file, [
    (context) => (root) => {
      const visit = (node: ts.Node): ts.Node => counted(ts.visitEachChild(node, visit, context));
      return ts.visitEachChild(root, visit, context);
    },
  ]);
  return ts.createPrinter({ removeComments: true }).printFile(transformed[0] ?? file);
}

const hit = (): ts.Expression => f.createCallExpression(f.createIdentifier('__cover'), undefined, [number()]);
const number = (): ts.Expression => f.createNumericLiteral(points++);
const counting = (value: ts.Expression): ts.Expression =>
  f.createParenthesizedExpression(f.createComma(hit(), f.createParenthesizedExpression(value)));
const counter = (): ts.Statement => f.createExpressionStatement(hit());

const block = (statement: ts.Statement): ts.Block =>
  f.createBlock([counter(), ...(ts.isBlock(statement) ? statement.statements : [statement])], true);

/** A node whose children are instrumented already, itself instrumented. */
function counted(node: ts.Node): ts.Node {
  if (ts.isIfStatement(node)) {
    const otherwise = node.elseStatement && block(node.elseStatement);
    return f.updateIfStatement(node, node.expression, block(node.thenStatement), otherwise);
  }
  if (ts.isConditionalExpression(node)) {
    const { condition, questionToken, whenTrue, colonToken, whenFalse } = node;
    return f.updateConditionalExpression(
      node,
      condition,
      questionToken,
      counting(whenTrue),
      colonToken,
      counting(whenFalse),
    );
  }
  if (ts.isBinaryExpression(node) && logical.has(node.operatorToken.kind)) {
    return f.updateBinaryExpression(node, node.left, node.operatorToken, counting(node.right));
  }
  if (ts.isCaseClause(node)) return f.updateCaseClause(node, node.expression, [counter(), ...node.statements]);
  if (ts.isDefaultClause(node)) return f.updateDefaultClause(node, [counter(), ...node.statements]);
  return countedFunction(node);
}

function countedFunction(node: ts.Node): ts.Node {
  if (ts.isArrowFunction(node)) {
    const body = ts.isBlock(node.body) ? block(node.body) : counting(node.body);
    const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken } = node;
    return f.updateArrowFunction(node, modifiers, typeParameters, parameters, type, equalsGreaterThanToken, body);
  }
  if (ts.isFunctionDeclaration(node) && node.body !== undefined) {
    const { modifiers, asteriskToken, name, typeParameters, parameters, type } = node;
    return f.updateFunctionDeclaration(
      node,
      modifiers,
      asteriskToken,
      name,
      typeParameters,
      parameters,
      type,
      block(node.body),
    );
  }
  if (ts.isMethodDeclaration(node) && node.body !== undefined) {
    const { modifiers, asteriskToken, name, questionToken, typeParameters, parameters, type } = node;
    return f.updateMethodDeclaration(
      node,
      modifiers,
      asteriskToken,
      name,
      questionToken,
      typeParameters,
      parameters,
      type,
      block(node.body),
    );
  }
  return node;
}
