import { Page, type Cell, type PageFormat } from '../simulator/internal.ts';
import { count, formatCount, shortName, startClock, zoneName, type StartClock, type StartTime } from '../text/index.ts';
import { channelOf } from './critical-path.ts';
import type { Comparison, Forecast, Quantile } from './forecast.ts';
import type { Plan } from './plan.ts';
import { roughly } from './deadline.ts';
import {
  BAD_WORDS,
  bindingWords,
  BLAST_LEGEND,
  changesOf,
  comparisonTitle,
  deadlineWords,
  furtherAssumptions,
  gateWords,
  headline,
  pathSteps,
  savedWords,
  soakWords,
  startWords,
} from './plan-words.ts';

const MINUTE_MS = 60_000;
const MAX_STEPS = 14;
const MAX_BLASTS = 12;

/** What a report needs besides the plan. */
export interface PlanReportOptions {
  readonly start: StartTime | null;
  readonly comparison: Comparison | null;
}

/** A plan as a page for a terminal: the answer first, what it rests on, then the reasons. */
export function planText(plan: Plan, { start, comparison }: PlanReportOptions, format: PageFormat): string {
  const clock = startClock(start, 'minutes');
  const page = new Page(format);
  const changes = changesOf(plan);
  // Everything else depends on the running fleet, which is unknown.
  if (plan.changes === null) for (const { what, effect } of changes) page.line(`${what} ${effect}`, 'quiet');
  page.line(headline(plan, clock), 'title');
  if (start !== null) page.line(`Times are in ${zoneName(start)}.`, 'quiet');
  for (const note of plan.notes) page.line(note, 'quiet');
  const binding = bindingWords(plan);
  if (binding !== '') page.line(binding);
  page.title('Assumptions');
  for (const { what, change } of furtherAssumptions(plan)) page.line(`${what} ${change}`, 'quiet', 2);
  if (plan.changes !== null) {
    page.title('What changes');
    if (changes.length === 0) page.line('Nothing that affects a rollout.', 'quiet', 2);
    for (const { what, effect } of changes) page.line(`${what} ${effect}`, 'plain', 2);
  }
  course(page, plan, clock);
  binds(page, plan, clock);
  if (comparison !== null) compared(page, comparison, clock);
  wrong(page, plan, clock);
  lints(page, plan);
  return page.text;
}

function course(page: Page, { waves, forecast, gates, path }: Plan, clock: StartClock): void {
  page.title('Schedule');
  const slackOf = new Map(path.slack.map(({ rolloutId, wave, slackMs }) => [`${rolloutId} ${wave}`, slackMs]));
  page.rows([
    ['wave', 'hosts', 'soak', 'starts', ...(forecast === null ? ['ends'] : ['p50', 'p95']), 'slack'].map((text) => ({
      text,
      tone: 'quiet',
    })),
    ...waves.map((planned): readonly Cell[] => {
      const { rolloutId, channel, wave, hosts, soakMinutes, shortestSoakMs, endsMs } = planned;
      const found = forecast?.waves.find((each) => each.rolloutId === rolloutId && each.wave === wave);
      const isShort = shortestSoakMs !== null && shortestSoakMs < soakMinutes * MINUTE_MS;
      const slackMs = slackOf.get(`${rolloutId} ${wave}`);
      return [
        { text: `${channel}/${wave}` },
        right(formatCount(hosts)),
        { text: soakWords(planned), tone: isShort ? 'warn' : 'plain' },
        { text: startWords(planned, clock) },
        ...(forecast === null
          ? [{ text: endsMs === null ? 'never' : clock(endsMs) }]
          : [found?.p50, found?.p95].map((each) => ({ text: shownQuantile(each, clock) }))),
        {
          text: slackMs === undefined ? '' : slackMs < 1000 ? 'none' : roughly(slackMs),
          tone: slackMs !== undefined && slackMs < 1000 ? 'warn' : 'quiet',
        },
      ];
    }),
  ]);
  if (forecast !== null) page.line(howSure(forecast, clock), 'quiet', 2);
  if (gates.length === 0) return;
  page.title('Gates that will matter');
  for (const gate of gates) page.line(`${shortName(gate.rolloutId)}: ${gateWords(gate)}`, 'plain', 2);
}

/** How many runs there were, and how uncertain their result is. */
function howSure({ runs, firstSeed, p95, outcomes }: Forecast, clock: StartClock): string {
  const seeds = `${count(runs, 'run')}, seeds ${firstSeed} to ${firstSeed + runs - 1}`;
  if (outcomes.terminal === 0) return `${seeds}. None of them becomes Terminal.`;
  const failed = runs - outcomes.terminal;
  const bad = failed === 0 ? '' : ` ${count(failed, 'run')} ${failed === 1 ? 'does' : 'do'} not become Terminal.`;
  if (p95 === null) return `${seeds}: too few finished runs for p95, which needs 20.${bad}`;
  const range =
    p95.highMs === null ? `${clock(p95.lowMs)} or later` : `from ${clock(p95.lowMs)} to ${clock(p95.highMs)}`;
  return `${seeds}. With 95 % confidence, the overall p95 is ${range}.${bad}`;
}

function binds(page: Page, { path }: Plan, clock: StartClock): void {
  if (path.links.length === 0) return;
  page.title('Critical path');
  const steps = pathSteps(path.links);
  const left = Math.max(0, steps.length - MAX_STEPS);
  const shown = left === 0 ? steps : [...steps.slice(0, MAX_STEPS / 2), ...steps.slice(-MAX_STEPS / 2)];
  page.rows(
    shown.map(({ fromMs, untilMs, text }): readonly Cell[] => [
      { text: clock(fromMs), tone: 'quiet' },
      right(roughly(untilMs - fromMs)),
      { text },
    ]),
  );
  if (left > 0) page.line(`${formatCount(left)} more in the middle are omitted; --json has them`, 'quiet', 2);
}

function compared(page: Page, comparison: Comparison, clock: StartClock): void {
  const { base, results } = comparison;
  page.title(comparisonTitle(comparison, clock));
  page.line(`Without changes: ${shownQuantile(base.p95 ?? base.p50, clock)} at p95`, 'quiet', 2);
  const outcome = deadlineWords(comparison);
  if (outcome !== null) page.line(outcome, 'plain', 2);
  page.rows(
    results.map(({ changes, p95, savedMs, keepsDeadline }): readonly Cell[] => [
      { text: changes.join(' and ') },
      { text: shownQuantile(p95, clock), tone: keepsDeadline === true ? 'good' : 'plain' },
      { text: savedWords(savedMs) },
    ]),
  );
}

function wrong(page: Page, { blasts }: Plan, clock: StartClock): void {
  if (blasts.length === 0) return;
  page.title('If the release is bad on the first host of a wave, worst first');
  page.rows([
    ['wave', 'what fails', 'had it', 'back', 'keep', 'missed', 'stops'].map((text) => ({ text, tone: 'quiet' })),
    ...blasts.slice(0, MAX_BLASTS).map((blast): readonly Cell[] => [
      { text: `${channelOf(blast.rolloutId)}/${blast.wave}` },
      { text: BAD_WORDS[blast.how] },
      right(formatCount(blast.hadIt)),
      right(formatCount(blast.wentBack)),
      right(formatCount(blast.haveItAtEnd)),
      { text: formatCount(blast.notTold), align: 'right', tone: blast.notTold > 0 ? 'warn' : 'plain' },
      {
        text: blast.stoppedMs === null ? 'never' : clock(blast.stoppedMs),
        tone: blast.stoppedMs === null ? 'bad' : 'plain',
      },
    ]),
  ]);
  for (const line of BLAST_LEGEND) page.line(line, 'quiet', 2);
  if (blasts.length > MAX_BLASTS)
    page.line(`and ${formatCount(blasts.length - MAX_BLASTS)} more; --json has them`, 'quiet', 2);
}

function lints(page: Page, plan: Plan): void {
  if (plan.lints.length === 0) return;
  page.title('Before you roll out');
  for (const { severity, id, path, what, why, remedy } of plan.lints) {
    page.line(`${severity} ${id} at ${path}`, severity === 'note' ? 'quiet' : severity === 'error' ? 'bad' : 'warn', 2);
    page.line(what, 'plain', 4);
    page.line(`${why} ${remedy}`, 'quiet', 4);
  }
}

/** A quantile; `-` if there are too few runs. */
function shownQuantile(quantile: Quantile | null | undefined, clock: StartClock): string {
  return quantile === null || quantile === undefined ? '-' : clock(quantile.ms);
}

const right = (text: string): Cell => ({ text, align: 'right' });
