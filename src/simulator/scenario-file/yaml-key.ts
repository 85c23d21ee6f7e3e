/**
 * Libraries treat a key called `__proto__` specially or drop it, and objects move integer keys to the front, although
 * the order of patterns matters. So both get this prefix, which YAML cannot contain: NUL is not a YAML character.
 */
const MARK = '\u0000';

export function keyIn(name: string): string {
  return name === '__proto__' || /^\d+$/.test(name) ? `${MARK}${name}` : name;
}

export function keyOut(key: string): string {
  return key.startsWith(MARK) ? key.slice(MARK.length) : key;
}
