import type { Scenario } from '../../../src/simulator/index.ts';
import type { RuleCoverage } from '../../../src/simulator/coverage/index.ts';

/** How often something came into play, and the first day that brought it about. */
interface Seen {
  readonly count: number;
  readonly day: Scenario;
  /** How often that day was tried again for it, to no avail perhaps. */
  readonly tries: number;
}

/**
 * Steers random days towards what is rare: a day that brought the rarest rule, or pair of fault and state, into play is
 * tried again with other randomness. The same days in the same order lead to the same next day.
 */
export class Steering {
  readonly #seen = new Map<string, Seen>();

  add(day: Scenario, { rules, faults }: Pick<RuleCoverage, 'rules' | 'faults'>): void {
    for (const [rule, count] of rules) this.#count(rule, count, day);
    for (const [fault, states] of faults)
      for (const [state, count] of states) this.#count(`${fault}, ${state}`, count, day);
  }

  /** `null` before the first day. */
  next(seed: number): Scenario | null {
    const [rarest] = [...this.#seen].sort(
      ([a, one], [b, other]) => one.count + one.tries - other.count - other.tries || (a < b ? -1 : 1),
    );
    if (rarest === undefined) return null;
    const [name, seen] = rarest;
    this.#seen.set(name, { ...seen, tries: seen.tries + 1 });
    return { ...seen.day, seed };
  }

  #count(name: string, count: number, day: Scenario): void {
    const known = this.#seen.get(name);
    this.#seen.set(name, { tries: 0, day, ...known, count: (known?.count ?? 0) + count });
  }
}
