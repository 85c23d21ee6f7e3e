import { createElement, memo, type ReactNode, type SVGProps } from 'react';
import type { SvgMeaning, SvgNode } from '../svg-node.ts';

/** What the page adds to a node that means something: class names, a role, listeners. */
export type Decorate = (meaning: SvgMeaning) => SVGProps<SVGGElement> & { readonly 'data-event'?: string };

const NAMES: Readonly<Record<string, string>> = { class: 'className', 'text-anchor': 'textAnchor' };

/** A drawing as elements of the page: the same nodes that the exported picture is made of. */
function svgElement(node: SvgNode | string, decorate: Decorate, key: number): ReactNode {
  if (typeof node === 'string') return node;
  const attributes: Record<string, unknown> = { key };
  for (const [name, value] of Object.entries(node.attributes)) attributes[NAMES[name] ?? name] = value;
  if (node.meaning !== null) {
    const { className, ...added } = decorate(node.meaning);
    Object.assign(attributes, added);
    if (className !== undefined) attributes['className'] = `${attributes['className'] ?? ''} ${className}`;
  }
  return createElement(
    node.tag,
    attributes,
    ...node.children.map((child, index) => svgElement(child, decorate, index)),
  );
}

interface Props {
  readonly nodes: readonly SvgNode[];
  readonly decorate: Decorate;
}

export const SvgTree = memo(({ nodes, decorate }: Props) => (
  <>{nodes.map((node, index) => svgElement(node, decorate, index))}</>
));
