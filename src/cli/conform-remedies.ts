import { isOperation, sides, type ConformanceReport } from '../testing/index.ts';

/** Advice that the report alone does not give; each is a sentence. */
export function remedies(report: ConformanceReport, exec: string): readonly string[] {
  const { verdict, tests } = report;
  const isNothingCompared = tests.every(({ compared }) => compared === 0);
  if (verdict === 'peer-failed' && isNothingCompared) {
    return [`Run ${JSON.stringify(exec)} by hand: it must answer each line of JSON that it reads from standard input.`];
  }
  if (report.mode === 'session' && report.unsupported.open !== undefined) {
    return [
      'The other implementation has no sessions. Leave out --session, or answer open, event and close: see docs/conformance-protocol.md.',
    ];
  }
  // A peer that supports nothing at all has another problem.
  if (verdict !== 'nothing-asserted' || isNothingCompared) return [];
  const options = narrowerOptions(report);
  return options.length > 0
    ? [`If the other implementation leaves that out on purpose, skip it with ${options.join(' ')}.`]
    : [];
}

/** Options that skip only what is unsupported: `--without step` would skip the supported side as well. */
function narrowerOptions({ hostEvents, unsupported }: ConformanceReport): readonly string[] {
  const whole = sides.filter((side) => hostEvents[side].compared > 0 && hostEvents[side].unsupported === 0);
  const lacking = sides.filter((side) => hostEvents[side].unsupported > 0);
  const isOneSided = whole.length === 1 && lacking.every((side) => hostEvents[side].compared === 0);
  const isAnyStepCompared = sides.some((side) => hostEvents[side].compared > 0);
  const operations = Object.keys(unsupported)
    .filter(isOperation)
    .filter((operation) => operation !== 'step' || !isAnyStepCompared);
  return [
    ...(isOneSided && lacking.length > 0 ? whole.map((side) => `--side ${side}`) : []),
    ...operations.map((operation) => `--without ${operation}`),
  ];
}
