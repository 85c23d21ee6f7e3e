/**
 * Libraries on the way treat a key called `__proto__` as something else than a name, or leave it out, and an object puts
 * keys that are whole numbers before all others, whereas of patterns the last that matches counts. Both travel behind
 * this mark, which YAML cannot contain, because a NUL is not a YAML character.
 */
const MARK = '\u0000';

export function keyIn(name: string): string {
  return name === '__proto__' || /^\d+$/.test(name) ? `${MARK}${name}` : name;
}

export function keyOut(key: string): string {
  return key.startsWith(MARK) ? key.slice(MARK.length) : key;
}
