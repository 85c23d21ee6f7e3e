/**
 * What the schema of Jenkins' JUnit files (jenkins-junit.xsd) says, as far as elements, their order and attributes go: for
 * each element, its attributes with the form of each, those that must be there, and what it may hold, in order.
 */
interface ElementRule {
  readonly attributes: Readonly<Record<string, RegExp>>;
  readonly required: readonly string[];
  /** Names of elements in the order in which they must come, each with whether it may come more than once. */
  readonly children: readonly (readonly [name: string, isMany: boolean])[];
  readonly holdsText: boolean;
}

const TEXT = /^[\s\S]*$/;
const COUNT = /^\d+$/;
const SECONDS = /^\d+(?:\.\d+)?$/;

const outcome: ElementRule = { attributes: { message: TEXT, type: TEXT }, required: [], children: [], holdsText: true };
const output: ElementRule = { attributes: {}, required: [], children: [], holdsText: true };

const rules: Readonly<Record<string, ElementRule>> = {
  testsuites: {
    attributes: { name: TEXT, time: SECONDS, tests: COUNT, failures: COUNT, disabled: COUNT, errors: COUNT },
    required: [],
    children: [['testsuite', true]],
    holdsText: false,
  },
  testsuite: {
    attributes: {
      name: TEXT,
      tests: COUNT,
      failures: COUNT,
      errors: COUNT,
      time: SECONDS,
      disabled: COUNT,
      skipped: COUNT,
      timestamp: TEXT,
      hostname: TEXT,
      id: TEXT,
      package: TEXT,
    },
    required: ['name', 'tests'],
    children: [
      ['properties', false],
      ['testcase', true],
      ['system-out', false],
      ['system-err', false],
    ],
    holdsText: false,
  },
  properties: { attributes: {}, required: [], children: [['property', true]], holdsText: false },
  property: { attributes: { name: TEXT, value: TEXT }, required: ['name', 'value'], children: [], holdsText: false },
  testcase: {
    attributes: { name: TEXT, assertions: COUNT, time: SECONDS, classname: TEXT, status: TEXT },
    required: ['name'],
    children: [
      ['skipped', false],
      ['error', true],
      ['failure', true],
      ['system-out', true],
      ['system-err', true],
    ],
    holdsText: false,
  },
  skipped: { attributes: { message: TEXT }, required: [], children: [], holdsText: true },
  error: outcome,
  failure: outcome,
  'system-out': output,
  'system-err': output,
};

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const TOKEN = /<\?[^>]*\?>|<\/([\w-]+)>|<([\w-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;

/** Reads well-formed XML of the plain kind that reports are: no comments, no CDATA, no namespaces. */
function readXml(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let end = 0;
  for (const match of xml.matchAll(TOKEN)) {
    const [all, closing, opening, attributes = '', slash, text] = match;
    end = match.index + all.length;
    const current = open.at(-1);
    if (current === undefined) throw new Error('more elements end than began');
    if (text !== undefined) current.text += text;
    if (closing !== undefined) {
      if (current.name !== closing) throw new Error(`<${current.name}> ends as </${closing}>`);
      open.pop();
    }
    if (opening === undefined) continue;
    const given = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]);
    if (new Set(given.map(([name]) => name)).size !== given.length) throw new Error(`<${opening}> has one twice`);
    const element: Element = { name: opening, attributes: Object.fromEntries(given), children: [], text: '' };
    current.children.push(element);
    if (slash === '') open.push(element);
  }
  if (end !== xml.length) throw new Error(`not XML from ${JSON.stringify(xml.slice(end, end + 60))}`);
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> does not end`);
  return root;
}

const BAD_REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/;
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

function problemsOf(element: Element, path: string): readonly string[] {
  const rule = rules[element.name];
  const here = `${path}/${element.name}`;
  if (rule === undefined) return [`${here}: no such element`];
  const given = Object.keys(element.attributes);
  const order = rule.children.map(([name]) => name);
  const positions = element.children.map(({ name }) => order.indexOf(name));
  const once = rule.children.filter(([, isMany]) => !isMany).map(([name]) => name);
  return [
    ...given.flatMap((name) => {
      const form = rule.attributes[name];
      if (form === undefined) return [`${here}: ${name} is not allowed`];
      return form.test(element.attributes[name] ?? '') ? [] : [`${here}: ${name} is no such value`];
    }),
    ...rule.required.filter((name) => !given.includes(name)).map((name) => `${here}: ${name} is missing`),
    ...(positions.some((position, index) => position < (positions[index - 1] ?? 0)) ? [`${here}: out of order`] : []),
    ...once.filter((name) => element.children.filter((child) => child.name === name).length > 1),
    ...(rule.holdsText || element.text.trim() === '' ? [] : [`${here}: text`]),
    ...element.children.flatMap((child) =>
      order.includes(child.name) ? problemsOf(child, here) : [`${here}: ${child.name} is not allowed here`],
    ),
  ];
}

/** Everything in which a report breaks the schema; throws where it is no XML at all. */
export function junitProblems(xml: string): readonly string[] {
  if (BAD_REFERENCE.test(xml)) throw new Error('a reference that XML does not have');
  if (NOT_XML.test(xml)) throw new Error('a character that XML does not have');
  const [root, ...others] = readXml(xml).children;
  if (root === undefined || others.length > 0 || root.name !== 'testsuites') return ['expected one <testsuites>'];
  return problemsOf(root, '');
}
