/** `1 host`, `3 hosts`, `1,204 hosts`. */
export function count(amount: number, noun: string): string {
  return `${formatCount(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

export function formatCount(amount: number): string {
  return amount.toLocaleString('en');
}

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
