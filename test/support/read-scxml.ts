/** The content of a `transition` element. */
export interface ScxmlTransition {
  readonly event: string;
  readonly cond: string | null;
  readonly target: string | null;
  readonly logs: readonly string[];
}

/** The part of SCXML that a chart without nesting needs. Invalid text is refused. */
export interface ScxmlDocument {
  readonly initial: string;
  readonly states: ReadonlyMap<string, { readonly isFinal: boolean; readonly transitions: readonly ScxmlTransition[] }>;
}

interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

const TOKEN = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const ATTRIBUTE = /([\w:.-]+)="([^"]*)"/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescape = (text: string): string => text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);

/** @throws Error for malformed XML, or anything that SCXML does not allow there */
export function readScxml(text: string): ScxmlDocument {
  const root: Element = { tag: '#document', attributes: {}, children: [] };
  const open: Element[] = [root];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const [whole, closing, tag, attributes = '', empty] = match;
    if (tag === undefined) {
      if (match[5] !== undefined && match[5].trim() !== '')
        throw new Error(`Text is not allowed here: ${whole.trim()}`);
      continue;
    }
    if (closing === '/') {
      if (open.pop()?.tag !== tag) throw new Error(`</${tag}> closes something else.`);
      continue;
    }
    const pairs = [...attributes.matchAll(ATTRIBUTE)].map(
      ([, name = '', value = '']) => [name, unescape(value)] as const,
    );
    const element: Element = { tag, attributes: Object.fromEntries(pairs), children: [] };
    open.at(-1)?.children.push(element);
    if (empty !== '/') open.push(element);
  }
  if (end !== text.length) throw new Error(`The text after character ${end} is not XML.`);
  const [scxml] = root.children;
  if (open.length !== 1 || scxml?.tag !== 'scxml' || scxml.attributes['version'] !== '1.0')
    throw new Error('This is not SCXML 1.0.');
  if (scxml.attributes['xmlns'] !== 'http://www.w3.org/2005/07/scxml')
    throw new Error('The namespace is not that of SCXML.');
  return documentOf(scxml);
}

function documentOf(scxml: Element): ScxmlDocument {
  const states = new Map(
    scxml.children.map((state) => [
      state.attributes['id'] ?? '',
      { isFinal: state.tag === 'final', transitions: state.children.map(transitionOf) },
    ]),
  );
  for (const { tag, children } of scxml.children) {
    if (tag !== 'state' && tag !== 'final') throw new Error(`<${tag}> is no state.`);
    if (tag === 'final' && children.length > 0) throw new Error('A final state has no transitions.');
  }
  for (const { target } of [...states.values()].flatMap(({ transitions }) => transitions)) {
    if (target !== null && !states.has(target)) throw new Error(`There is no state ${target}.`);
  }
  const initial = scxml.attributes['initial'] ?? '';
  if (!states.has(initial)) throw new Error('The initial state does not exist.');
  return { initial, states };
}

function transitionOf({ tag, attributes, children }: Element): ScxmlTransition {
  if (tag !== 'transition') throw new Error(`<${tag}> is not expected in a state.`);
  return {
    event: attributes['event'] ?? '',
    cond: attributes['cond'] ?? null,
    target: attributes['target'] ?? null,
    logs: children.map((child) => child.attributes['expr'] ?? ''),
  };
}
