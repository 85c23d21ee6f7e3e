/**
 * Libraries on the way treat a key called `__proto__` as something else than a name, or leave it out. It travels under
 * this one, which YAML cannot contain, because a NUL is not a YAML character.
 */
const STAND_IN = '\u0000__proto__';

export function keyIn(name: string): string {
  return name === '__proto__' ? STAND_IN : name;
}

export function keyOut(key: string): string {
  return key === STAND_IN ? '__proto__' : key;
}
