/** Long enough to recognise a closure by, short enough for a log line. */
const MAX_TEXT_LENGTH = 60;

/**
 * What `value` is, in a few words for an error message. Bounded whatever the value: it never looks deeper than one
 * level and cuts long texts.
 */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return describeText(value);
    case 'number':
    case 'boolean':
      return String(value);
    case 'undefined':
      return 'nothing';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
    case 'bigint':
    case 'symbol':
    case 'function':
      return `a ${typeof value}`;
  }
}

function describeText(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, MAX_TEXT_LENGTH))}… (${text.length} characters)`;
}
