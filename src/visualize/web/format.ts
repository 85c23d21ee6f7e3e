import { isoTime } from '../play/field-text.ts';

const CLOSURE = /^\/nix\/store\/([a-z0-9]{6})[a-z0-9]*-(?:nixos-system-)?(.*)$/;

/** Judges by the last part: `record.soakDueAt` is one, like `soakDueAt`. */
const isTime = (name: string): boolean => /(?:At|(?:^|\.)at)$/.test(name);

/** What guards read of probes: mode and last result. */
function probesText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  // Safe: the probes of a record by name. Anything else reads as undefined.
  const probes = Object.entries(
    value as Readonly<Record<string, { readonly mode?: string; readonly status?: string }>>,
  );
  const lines = probes.map(([name, { mode, status }]) => `${name}: ${mode}, ${status}`);
  return lines.length === 0 ? 'none has reported' : lines.join('; ');
}

/** A value of a record or effect, short enough for one line. */
export function shortValue(name: string, value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' && isTime(name)) return isoTime(value).replace('T', ' ').slice(5, 23);
  if (name.endsWith('.probes')) return probesText(value);
  if (typeof value === 'string') return value === '' ? '""' : shortClosure(value);
  return JSON.stringify(value);
}

/** The value in full, for a tooltip. */
export function fullValue(name: string, value: unknown): string {
  if (typeof value === 'number' && isTime(name)) return isoTime(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shortClosure(text: string): string {
  const [, hash, name] = CLOSURE.exec(text) ?? [];
  if (hash === undefined || name === undefined) return text;
  return `${hash}…${name.length > 14 ? name.slice(-7) : name}`;
}
