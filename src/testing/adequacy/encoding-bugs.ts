import { isObject } from '../../text/index.ts';
import { inTexts, inValues, type PlantedBug } from './planted-bug.ts';

const chars = (text: string): readonly string[] => Array.from(text);

/** Bugs in encoding texts and field names. */
export const encodingBugs: readonly PlantedBug[] = [
  inTexts('encoding', 'normalizes texts to NFC', (text) => text.normalize('NFC')),
  inTexts('encoding', 'normalizes texts to NFD', (text) => text.normalize('NFD')),
  inTexts('encoding', 'normalizes texts to NFKC', (text) => text.normalize('NFKC')),
  inTexts('encoding', 'trims texts', (text) => text.trim()),
  inTexts('encoding', 'replaces what is not ASCII', (text) => text.replaceAll(/[^\0-\x7f]/g, '?')),
  inTexts('encoding', 'replaces what lies beyond 16 bits', (text) => text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '?')),
  inTexts('encoding', 'cuts characters beyond 8 bits', (text) =>
    String.fromCharCode(...chars(text.slice(0, 1_000)).map((sign) => (sign.codePointAt(0) ?? 0) % 256)),
  ),
  inTexts('encoding', 'strips control characters', (text) =>
    chars(text)
      .filter((sign) => sign >= ' ')
      .join(''),
  ),
  inTexts('encoding', 'ends texts at NUL', (text) => text.split('\0')[0]),
  inTexts('encoding', 'turns CRLF into LF', (text) => text.replaceAll('\r\n', '\n')),
  inTexts('encoding', 'turns a lone CR into LF', (text) => text.replaceAll(/\r(?!\n)/g, '\n')),
  inTexts('encoding', 'turns tabs into spaces', (text) => text.replaceAll('\t', ' ')),
  inTexts('encoding', 'escapes markup', (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')),
  inTexts('encoding', 'escapes quotes twice', (text) => text.replaceAll('"', '\\"')),
  inTexts('encoding', 'drops backslashes', (text) => text.replaceAll('\\', '')),
  inTexts('encoding', 'decodes percent signs', (text) => text.replaceAll('%20', ' ')),
  inTexts('encoding', 'expands placeholders', (text) => text.replaceAll('${x}', '')),
  inTexts('encoding', 'drops the byte order mark', (text) => text.replaceAll('\ufeff', '')),
  inTexts('encoding', 'takes U+2028 for the end of a line', (text) => text.replaceAll('\u2028', '\n')),
  inTexts('encoding', 'drops DEL and C1 controls', (text) => text.replaceAll(/[\x7f-\x9f]/g, '')),
  inTexts('encoding', 'drops characters without width', (text) => text.replaceAll(/[\u200b-\u200f\u00ad]/g, '')),
  inTexts('encoding', 'turns a fixed space into a space', (text) => text.replaceAll('\u00a0', ' ')),
  inTexts('encoding', 'joins runs of spaces', (text) => text.replaceAll(/ {2,}/g, ' ')),
  inTexts('encoding', 'decodes entities', (text) => text.replaceAll('&amp;', '&')),
  inTexts('encoding', 'turns plus into a space', (text) => text.replaceAll('+', ' ')),
  inTexts('encoding', 'decodes escapes', (text) => text.replaceAll('\\u0041', 'A')),
  inTexts('encoding', 'formats texts', (text) => text.replaceAll('%s', '').replaceAll('{0}', '')),
  inTexts('encoding', 'ends a path without its slash', (text) => (text.length > 1 ? text.replace(/\/$/, '') : text)),
  inTexts('encoding', 'joins two slashes', (text) => text.replaceAll('//', '/')),
  inTexts('encoding', 'cuts the line break at the end', (text) => text.replace(/\n$/, '')),
  inTexts('encoding', 'reads UTF-8 as Latin-1', (text) =>
    Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''),
  ),
  inTexts('encoding', 'replaces half of a pair', (text) => text.replaceAll(/[\u{1f000}-\u{1ffff}]/gu, '\ufffd')),
  inTexts('encoding', 'drops accents', (text) => text.normalize('NFD').replaceAll(/[\u0300-\u036f]/g, '')),
  inTexts('encoding', 'lowers the dotted I', (text) => text.replaceAll('\u0130', 'i')),
  inTexts('encoding', 'cuts a comment off', (text) => text.split(' #')[0]),
  inTexts('encoding', 'takes a comma for the end of an entry', (text) => text.split(',')[0]),
  inTexts('encoding', 'takes a tilde for the home', (text) => text.replace(/^~/, '/root')),
  inTexts('encoding', 'takes single quotes off', (text) => text.replaceAll("'", '')),
  inValues('encoding', 'writes frameworks in lower case', (value, field) =>
    field === 'framework' ? String(value).toLowerCase() : value,
  ),
  inValues('encoding', 'writes host names in lower case', (value, field) =>
    field === 'hostname' || field === 'host' ? String(value).toLowerCase() : value,
  ),
  inValues('encoding', 'writes channels in lower case', (value, field) =>
    field === 'channel' ? String(value).toLowerCase() : value,
  ),
  inValues('encoding', 'loses a probe called __proto__', (value, field) =>
    field === 'probes' && isObject(value) && Object.hasOwn(value, '__proto__')
      ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== '__proto__'))
      : value,
  ),
  inValues('encoding', 'loses a probe called constructor', (value, field) =>
    field === 'probes' && isObject(value) && Object.hasOwn(value, 'constructor')
      ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'constructor'))
      : value,
  ),
  inValues('encoding', 'loses a probe without a name', (value, field) =>
    field === 'probes' && isObject(value) && Object.hasOwn(value, '')
      ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== ''))
      : value,
  ),
  inValues('encoding', 'merges probes that differ in case', (value, field) =>
    field === 'probes' && isObject(value)
      ? keepIfSame(value, Object.fromEntries(Object.entries(value).map(([name, each]) => [name.toLowerCase(), each])))
      : value,
  ),
];

const keepIfSame = (value: object, other: object): object =>
  Object.keys(value).join('\n') === Object.keys(other).join('\n') ? value : other;

/** Bugs in the types of values. */
export const typeBugs: readonly PlantedBug[] = [
  inTexts('type', 'reads digits as a number', (text) => (/^\d+$/.test(text) ? Number(text) : text)),
  inTexts('type', 'reads true and false', (text) => ({ true: true, false: false })[text] ?? text),
  inTexts('type', 'reads a number with a sign or a point', (text) =>
    /^[+-]?\d*\.?\d+(e\d+)?$/i.test(text) && !/^\d+$/.test(text) ? Number(text) : text,
  ),
  inTexts('type', 'drops zeros in front', (text) => text.replace(/^0+(?=\d)/, '')),
  inTexts('type', 'reads a date', (text) => (/^\d{4}-\d\d-\d\d/.test(text) ? new Date(text).getTime() : text)),
  inTexts('type', 'reads JSON inside of texts', (text) => (/^[[{]/.test(text) ? null : text)),
  inTexts('type', 'reads undefined as null', (text) => (text === 'undefined' || text === 'nil' ? null : text)),
  inTexts('type', 'reads a dash as none', (text) => (text === '-' ? null : text)),
  inTexts('type', 'reads NaN', (text) => (text === 'NaN' ? null : text)),
  inTexts('type', 'reads yes and no', (text) => (text === 'no' ? false : text)),
  inTexts('type', 'reads the text null as null', (text) => (text === 'null' ? null : text)),
  inTexts('type', 'reads an empty text as null', (text) => (text === '' ? null : text)),
  inValues('type', 'writes null as an empty text', (value, field) =>
    value === null && field === 'failureReason' ? '' : value,
  ),
  inValues('type', 'keeps numbers of events in 32 bits', (value, field) =>
    field === 'lastEventSeq' ? Number(value) | 0 : value,
  ),
  inValues('type', 'keeps numbers of events in 32 bits without a sign', (value, field) =>
    field === 'lastEventSeq' ? Number(value) >>> 0 : value,
  ),
  inValues('type', 'keeps numbers of events in 16 bits', (value, field) =>
    field === 'lastEventSeq' ? Number(value) % 65_536 : value,
  ),
  inValues('type', 'keeps numbers in single precision', (value) =>
    typeof value === 'number' ? Math.fround(value) : value,
  ),
  inValues('type', 'writes great numbers of events as text', (value, field) =>
    field === 'lastEventSeq' && Number(value) > 2 ** 32 ? String(value) : value,
  ),
  inValues('type', 'keeps exit codes in 8 bits', (value, field) =>
    field === 'exitCode' ? Number(value) & 255 : value,
  ),
  inValues('type', 'keeps exit codes without a sign', (value, field) =>
    field === 'exitCode' ? Number(value) >>> 0 : value,
  ),
  inValues('type', 'rounds durations', (value, field) =>
    field === 'sustainedDurationSecs' ? Math.round(Number(value)) : value,
  ),
  inValues('type', 'writes an empty list as null', (value, field) =>
    field === 'subResults' && Array.isArray(value) && value.length === 0 ? null : value,
  ),
  inValues('type', 'writes null as an empty list', (value, field) =>
    field === 'subResults' && value === null ? [] : value,
  ),
  inValues('type', 'keeps times in whole seconds', (value, field) =>
    field.endsWith('At') && typeof value === 'number' ? Math.floor(value / 1_000) * 1_000 : value,
  ),
  inValues('type', 'takes the time 0 for none', (value, field) => (field.endsWith('At') && value === 0 ? null : value)),
  inValues('type', 'has no times before 1970', (value, field) =>
    field.endsWith('At') && typeof value === 'number' ? Math.max(0, value) : value,
  ),
  inValues('type', 'keeps seconds in 32 bits', (value, field) =>
    field.endsWith('At') && typeof value === 'number' && value > 2 ** 31 * 1_000 ? value % (2 ** 31 * 1_000) : value,
  ),
  inValues('type', 'keeps times in 32 bits', (value, field) =>
    field.endsWith('At') && typeof value === 'number' ? value | 0 : value,
  ),
  inValues('type', 'keeps times within the year 2262', (value, field) =>
    field.endsWith('At') && typeof value === 'number' ? Math.min(value, 9_223_372_036_854) : value,
  ),
  inValues('type', 'keeps times from the year 1678 on', (value, field) =>
    field.endsWith('At') && typeof value === 'number' ? Math.max(value, -9_223_372_036_854) : value,
  ),
  inValues('type', 'keeps times in microseconds of 53 bits', (value, field) =>
    field.endsWith('At') && typeof value === 'number' && value * 1_000 > Number.MAX_SAFE_INTEGER ? null : value,
  ),
  inValues('type', 'keeps numbers of events in 48 bits', (value, field) =>
    field === 'lastEventSeq' ? Number(value) % 2 ** 48 : value,
  ),
  inValues('type', 'keeps exit codes in 16 bits', (value, field) =>
    field === 'exitCode' ? Math.max(-32_768, Math.min(32_767, Number(value))) : value,
  ),
  inValues('type', 'writes an exit code of 0 as null', (value, field) =>
    field === 'exitCode' && value === 0 ? null : value,
  ),
  inValues('type', 'keeps durations in single precision', (value, field) =>
    field === 'sustainedDurationSecs' ? Math.fround(Number(value)) : value,
  ),
  inValues('type', 'cuts a duration after a day', (value, field) =>
    field === 'sustainedDurationSecs' ? Math.min(86_400, Number(value)) : value,
  ),
  inValues('type', 'writes an empty set of probes as null', (value, field) =>
    field === 'probes' && isObject(value) && Object.keys(value).length === 0 ? null : value,
  ),
  inValues('type', 'writes an article without text as null', (value, field) =>
    field === 'article' && value === '' ? null : value,
  ),
  inValues('type', 'writes a reason for an override without text as null', (value, field) =>
    field === 'overrideReason' && value === '' ? null : value,
  ),
  inValues('type', 'writes flags as numbers', (value, field) => (field === 'durable' ? Number(value) : value)),
  inValues('type', 'leaves out fields that are null', (value, field) =>
    field === 'state' && isObject(value)
      ? Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null))
      : value,
  ),
];
