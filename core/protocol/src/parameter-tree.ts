import type { Parameters } from "./form.ts";

/** `Tags.member.1.Key=a` as a branch: Tags, member, 1, Key, with the value at its end. */
export interface ParameterNode {
  value?: string;
  children?: Map<string, ParameterNode>;
}

// The deepest member of the models has seven segments. What lies deeper is unknown, and unknown is ignored.
const maxDepth = 12;

/** Splits the names of all parameters at their dots, in one pass. */
export function parameterTree(params: Parameters): ParameterNode {
  const root: ParameterNode = { children: new Map() };
  for (const [name, value] of params) {
    const segments = name.includes(".") ? name.split(".", maxDepth + 1) : [name];
    if (segments.length > maxDepth) continue;
    let node = root;
    for (const segment of segments) node = child(node, segment);
    node.value = value;
  }
  return root;
}

function child(node: ParameterNode, segment: string): ParameterNode {
  node.children ??= new Map();
  let next = node.children.get(segment);
  if (next === undefined) node.children.set(segment, (next = {}));
  return next;
}
