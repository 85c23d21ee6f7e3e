import { formatCount } from '../../text/index.ts';

/** The first few names, and how many more there are. */
export function namesOf(names: readonly string[], most: number): string {
  const shown = names.slice(0, names.length > most ? most - 1 : most).join(', ');
  const rest = names.length > most ? names.length - most + 1 : 0;
  return rest === 0 ? shown : `${shown} and ${formatCount(rest)} more`;
}

/** A commit is told apart by its first characters. */
export function shortRef(ref: string): string {
  return /^[0-9a-f]{16,}$/.test(ref) ? ref.slice(0, 8) : ref;
}

/** Reasons name rollouts and closures in full; a person reads the beginning of a commit. */
export function shortRefs(text: string): string {
  return text.replace(/\b[0-9a-f]{16,64}\b/g, (ref) => ref.slice(0, 8));
}

/** The id of a rollout with a short ref. */
export function shortRollout(rollout: string): string {
  const at = rollout.indexOf('@');
  return at < 0 ? rollout : `${rollout.slice(0, at)}@${shortRef(rollout.slice(at + 1))}`;
}

/** What is said of one host, as it is said of each of several: `each waits for db-01`. */
export function ofEach(text: string, host: string): string {
  if (host === '') return text;
  // Not in the middle of another name: closures are often called after their hosts.
  const isNameAt = (at: number): boolean => {
    const around = `${text[at - 1] ?? ''}${text[at + host.length] ?? ''}`;
    return !/[\w-]/.test(around);
  };
  let out = '';
  let from = 0;
  for (let at = text.indexOf(host); at >= 0; at = text.indexOf(host, at + host.length)) {
    if (!isNameAt(at)) continue;
    out += `${text.slice(from, at)}each`;
    from = at + host.length;
  }
  return out + text.slice(from);
}
