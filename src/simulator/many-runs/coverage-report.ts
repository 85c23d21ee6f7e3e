import { appendTo, formatCount } from '../../text/index.ts';
import type { FaultName } from '../faults/index.ts';
import type { FaultState, RuleName } from '../coverage/index.ts';
import type { Cell, Page } from '../report/page.ts';
import { percent } from './percent.ts';
import type { RunTally } from './tally.ts';

/** A rule that came into play less often than this was hardly tested. */
const FEW = 10;
const STATES: readonly FaultState[] = [
  'none',
  'Pending',
  'Activating',
  'Deferred',
  'Soaking',
  'Converged',
  'Failed',
  'Reverted',
];

/** How often each rule came into play, which ones never did, and which fault struck hosts in which state. */
export function coverageRows(tally: RunTally, page: Page): void {
  const { rules } = tally;
  const played = rules.filter(([, { count }]) => count > 0);
  page.title(`Rules in play: ${played.length} of ${rules.length}`);
  page.rows(
    played.map(([rule, { count, runs }]): readonly Cell[] => [
      { text: rule },
      { text: formatCount(count), align: 'right', tone: count < FEW ? 'warn' : 'plain' },
      { text: `in ${percent(runs / tally.runs)} of the runs` },
    ]),
  );
  const never = rules.flatMap(([rule, { count }]) => (count === 0 ? [rule] : []));
  if (never.length > 0) {
    page.title('Rules that never came into play');
    page.rows(grouped(never).map(([group, names]): readonly Cell[] => [{ text: group }, { text: names.join(', ') }]));
  }
  faultStateRows(tally, page);
}

/** Names that begin alike, together. */
function grouped(names: readonly RuleName[]): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const [group = '', ...rest] = name.split(': ');
    appendTo(groups, group, rest.join(': '));
  }
  return [...groups];
}

function faultStateRows({ faultStates }: RunTally, page: Page): void {
  if (faultStates.length === 0) return;
  const counts = new Map<FaultName, Map<FaultState, number>>();
  for (const { fault, state, count } of faultStates)
    counts.set(fault, (counts.get(fault) ?? new Map<FaultState, number>()).set(state, count));
  page.title('Faults by the state of the host');
  // A table with a column for each state is wider than 80 columns.
  page.rows(
    [...counts].map(([fault, byState]): readonly Cell[] => {
      const known = STATES.flatMap((state) => {
        const count = byState.get(state);
        return count === undefined ? [] : [`${state} ${formatCount(count)}`];
      });
      return [{ text: fault }, { text: known.join(', ') }];
    }),
  );
}
