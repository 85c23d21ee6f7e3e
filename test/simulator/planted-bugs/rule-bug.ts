import type { Cores } from '../../../src/simulator/index.ts';

/** How a rule is broken. */
export type Breach = 'never' | 'too early or too often' | 'wrong one';

/** A rule of the specification that one side breaks. Found by the scenarios of the project, which know nothing of it. */
export interface RuleBug {
  /** The passage of the specification. */
  readonly rule: string;
  readonly breach: Breach;
  /** What is wrong, as one would say it in a review. */
  readonly name: string;
  readonly cores: Cores;
}

type Row = readonly [breach: Breach, name: string, cores: Cores];

/** The bugs of one rule, one row each. */
export function rule(passage: string, rows: readonly Row[]): readonly RuleBug[] {
  return rows.map(([breach, name, cores]) => ({ rule: passage, breach, name, cores }));
}
