import { chanceRate, nothing, type FaultKind, type Nothing, type OnHosts } from './fault.ts';
import { settings, times } from './step-settings.ts';
import { timesWords } from './words.ts';

/** From now on, the agents of these hosts get their workers' reports twice. */
export interface RepeatReport extends OnHosts {
  readonly type: 'repeat-report';
  readonly times: number | null;
}

export interface ReportRepeatedParams {
  readonly 'report-repeated': Nothing;
}

export interface ReportRepeatedRates {
  /** Chance for each report. */
  readonly reportRepeated: number;
}

export const reportRepeated: FaultKind<ReportRepeatedParams, RepeatReport, ReportRepeatedRates> = {
  faults: {
    'report-repeated': {
      tests: 'a report that is refused uses no number and changes nothing',
      params: nothing,
      pin: (_params, { hosts }) => ({ step: { type: 'repeat-report', hosts, times: 1 } }),
    },
  },
  step: {
    do: 'repeat-report',
    isArmed: true,
    ...settings<RepeatReport>({ times }),
    words: (action) => `the agent gets its worker's report twice${timesWords(action.times)}`,
    strikeHost: (world, action, node) => {
      world.armed(node).repeats.push({
        left: action.times ?? Infinity,
        report: () => world.fired<ReportRepeatedParams>('report-repeated', node.name, {}),
      });
    },
  },
  rates: {
    reportRepeated: chanceRate('report-repeated', "Chance that an agent gets its worker's report twice"),
  },
  hooks: {
    repeatsReport: (world, rates, node) => {
      if (rates.reportRepeated === 0) return false;
      if (!world.random(node.name, 'fault:report-repeated').happens(rates.reportRepeated)) return false;
      world.fired<ReportRepeatedParams>('report-repeated', node.name, {});
      return true;
    },
  },
};
