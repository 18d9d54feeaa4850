import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** A value as the template says it: literals as themselves, an object as an object, anything else as its own text. */
export type Value = string | number | boolean | { readonly [name: string]: Value };
export type Resource = {
  readonly symbol: string;
  readonly type: string;
  readonly apiVersion: string;
  readonly body: Record<string, Value>;
};
export type Parameter = { readonly name: string; readonly decorators: readonly string[]; readonly hasDefault: boolean };
export type Template = {
  /** `line: what stands there`, for whatever the grammar does not know. */
  readonly errors: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly resources: readonly Resource[];
  readonly outputs: readonly string[];
};

export const mainBicep = readFileSync(join(import.meta.dirname, '../../infra/main.bicep'), 'utf8');

const grammar = createRequire(import.meta.filename).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');

/** Reads a template by the grammar of tree-sitter: its syntax, not whether Azure knows what it asks for. */
export async function readBicep(text: string): Promise<Template> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(grammar)));
  const root = parser.parse(text)?.rootNode;
  if (root === undefined) throw new Error('The grammar gave no tree');
  const top = children(root).filter(({ type }) => type !== 'comment');
  return {
    errors: errorsIn(root),
    parameters: top.flatMap((node, at) =>
      node.type === 'parameter_declaration' ? [toParameter(node, top[at - 1])] : [],
    ),
    resources: top.filter(({ type }) => type === 'resource_declaration').map(toResource),
    outputs: top.filter(({ type }) => type === 'output_declaration').map(({ text: whole }) => whole),
  };
}

const children = (node: Node): Node[] => node.namedChildren.filter((child) => child !== null);

function errorsIn(node: Node): string[] {
  const here = node.isError || node.isMissing ? [`${node.startPosition.row + 1}: ${node.text.slice(0, 40)}`] : [];
  return [...here, ...node.children.flatMap((child) => (child === null ? [] : errorsIn(child)))];
}

function toParameter(node: Node, before: Node | undefined): Parameter {
  const inner = children(node)[0];
  const name = inner?.type === 'identifier' ? inner : inner && children(inner)[0];
  return {
    name: name?.text ?? '',
    decorators: before?.type === 'decorators' ? children(before).map(({ text }) => text) : [],
    hasDefault: node.text.includes('='),
  };
}

function toResource(node: Node): Resource {
  const [symbol, type, body] = children(node);
  const [name = '', apiVersion = ''] = plain(type).split('@');
  return { symbol: symbol?.text ?? '', type: name, apiVersion, body: toObject(body) };
}

function toObject(node: Node | undefined): Record<string, Value> {
  const properties = node === undefined ? [] : children(node).filter(({ type }) => type === 'object_property');
  return Object.fromEntries(
    properties.map((property) => {
      const [name, value] = children(property);
      return [plain(name), toValue(value)];
    }),
  );
}

function toValue(node: Node | undefined): Value {
  switch (node?.type) {
    case 'object':
      return toObject(node);
    case 'boolean':
      return node.text === 'true';
    case 'number':
      return Number(node.text);
    default:
      return plain(node);
  }
}

const plain = (node: Node | undefined) => (node?.text ?? '').replace(/^'([^]*)'$/, '$1');
