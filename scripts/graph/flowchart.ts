/** Mermaid flowcharts: https://mermaid.js.org/syntax/flowchart.html */
import { cut, mermaidLabel } from "../markdown/escape";

/** The brackets around a node's label, which give it its shape. */
const SHAPES = {
  pipeline: ["[", "]"],
  repo: ["[(", ")]"],
  schedule: ["([", "])"],
  deployment: ["{{", "}}"],
} as const;

export interface FlowchartNode {
  /** The key that edges refer to. */
  readonly key: string;
  /** Shown unchanged: all special characters are escaped. */
  readonly label: string;
  readonly shape: keyof typeof SHAPES;
}

/** A flowchart from left to right. */
export interface Flowchart {
  readonly lines: readonly string[];
  /** The ids of the nodes in the lines, by key. */
  readonly ids: ReadonlyMap<string, string>;
}

const LONGEST_LABEL = 60;

export function flowchart(
  nodes: readonly FlowchartNode[],
  edges: readonly (readonly [from: string, to: string])[],
): Flowchart {
  const ids = new Map(nodes.map(({ key }, index) => [key, `n${index}`]));
  const boxes = nodes.map(({ key, label, shape }) => {
    const [open, close] = SHAPES[shape];
    return `  ${ids.get(key)}${open}${mermaidLabel(cut(label, LONGEST_LABEL))}${close}`;
  });
  const arrows = edges.map(([from, to]) => `  ${ids.get(from)} --> ${ids.get(to)}`);
  return { lines: ["flowchart LR", ...boxes, ...arrows], ids };
}
