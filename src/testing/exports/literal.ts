const NAME = /^[A-Za-z_$][\w$]*$/;
const MAX_WIDTH = 100;

/** A text as TypeScript source, with the quotes that people here use. */
export const textLiteral = (text: string): string => {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
};

/** `__proto__: x` in a literal would set the prototype; in brackets it is a key like any other. */
const keyLiteral = (key: string): string =>
  key === '__proto__' ? `['__proto__']` : NAME.test(key) ? key : textLiteral(key);

/** Plain data as TypeScript source: on one line where it fits, otherwise one entry a line. */
export function literal(value: unknown, indent: string, names: ReadonlyMap<string, string> = new Map()): string {
  if (typeof value === 'string') return names.get(value) ?? textLiteral(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((each) => literal(each, inner, names))
    : Object.entries(value).map(([key, each]) => {
        const source = literal(each, inner, names);
        return source === key ? key : `${keyLiteral(key)}: ${source}`;
      });
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return open + close;
  const pad = isList ? '' : ' ';
  const oneLine = `${open}${pad}${parts.join(', ')}${pad}${close}`;
  if (!oneLine.includes('\n') && indent.length + oneLine.length <= MAX_WIDTH) return oneLine;
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join('')}${indent}${close}`;
}
