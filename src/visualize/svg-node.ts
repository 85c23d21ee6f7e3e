/** A piece of a drawing. The page turns it into elements and the export into text, so both show the same. */
export interface SvgNode {
  readonly tag: 'g' | 'rect' | 'path' | 'text' | 'circle' | 'title';
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgNode | string)[];
  /** Its meaning, for making it clickable. */
  readonly meaning: SvgMeaning | null;
}

export type SvgMeaning =
  | { readonly kind: 'state'; readonly state: string }
  | { readonly kind: 'event'; readonly state: string; readonly event: string }
  | {
      readonly kind: 'branch';
      readonly state: string;
      readonly event: string;
      readonly branch: number;
      readonly policy: string | null;
    }
  | { readonly kind: 'edge'; readonly state: string; readonly event: string; readonly target: string };

export const svg = (
  tag: SvgNode['tag'],
  attributes: SvgNode['attributes'],
  children: SvgNode['children'] = [],
  meaning: SvgMeaning | null = null,
): SvgNode => ({ tag, attributes, children, meaning });

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For XML text and attributes. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

/** A drawing as text. Recursion is safe, because the depth comes from the drawing code, not from input. */
export function serialiseSvg(node: SvgNode | string): string {
  if (typeof node === 'string') return escapeXml(node);
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`);
  const opening = `<${node.tag}${attributes.join('')}`;
  return node.children.length === 0
    ? `${opening}/>`
    : `${opening}>${node.children.map(serialiseSvg).join('')}</${node.tag}>`;
}
