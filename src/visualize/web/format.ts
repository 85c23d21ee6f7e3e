import { isoTime } from '../play/field-text.ts';

const CLOSURE = /^\/nix\/store\/([a-z0-9]{6})[a-z0-9]*-(?:nixos-system-)?(.*)$/;

/** A value of a record or an effect, short enough for one line. */
export function shortValue(name: string, value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' && (name.endsWith('At') || name === 'at'))
    return isoTime(value).replace('T', ' ').slice(5, 23);
  if (typeof value === 'string') return value === '' ? '""' : shortClosure(value);
  return JSON.stringify(value);
}

/** The same in full, for a tooltip. */
export function fullValue(name: string, value: unknown): string {
  if (typeof value === 'number' && (name.endsWith('At') || name === 'at')) return isoTime(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shortClosure(text: string): string {
  const [, hash, name] = CLOSURE.exec(text) ?? [];
  if (hash === undefined || name === undefined) return text;
  return `${hash}…${name.length > 14 ? name.slice(-7) : name}`;
}
