import { createHash } from 'node:crypto';
import { count, formatCount } from '../../text/index.ts';
import { coverageTable } from '../coverage/coverage-formats.ts';
import { differenceText } from '../difference.ts';
import type { ConformanceReport, Mismatch } from './conformance-report.ts';
import { xmlText } from './report-junit.ts';
import { conformanceText } from './report-text.ts';

/** Each mistake once, by the question with the shortest path. */
function firstOfEach({ mismatches }: ConformanceReport): readonly Mismatch[] {
  const first = new Map<string, Mismatch>();
  for (const mismatch of mismatches) if (!first.has(mismatch.mistake)) first.set(mismatch.mistake, mismatch);
  return [...first.values()];
}

interface Finding {
  readonly title: string;
  readonly text: string;
}

/** What a build server shows, mistakes first. */
function findingsOf(report: ConformanceReport): readonly Finding[] {
  const wrong = firstOfEach(report).map(({ place, differences, trail, id }) => ({
    title: `${place} is answered wrongly`,
    text: [...differences.map(differenceText), ...trail.slice(-5), `conform --only ${id}`].join('\n'),
  }));
  const failed = report.failures.map(({ place, problem }) => ({
    title: `${place} is not answered`,
    text: problem.message,
  }));
  const others = [
    ...report.unexplained.map(({ message }) => message),
    ...(report.disorder.example === null ? [] : [report.disorder.example]),
    ...(report.notAsked > 0 ? [`${count(report.notAsked, 'question')} not asked`] : []),
  ].map((text) => ({ title: 'The peer failed', text }));
  const incomplete = report.tests.filter(({ fault }) => fault === 'untested');
  const first = incomplete[0]?.problem ?? (report.tests.length === 0 ? 'nothing was asked' : null);
  return [
    ...wrong,
    ...failed,
    ...others,
    ...(first === null ? [] : [{ title: `${count(incomplete.length, 'test')} incomplete`, text: first }]),
    ...report.shortfalls.map((text) => ({ title: 'Not everything is covered', text })),
  ];
}

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapedProperty = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** GitHub shows at most ten annotations per step. */
const MAX_ANNOTATIONS = 10;

/** Workflow commands that GitHub turns into annotations, one per line. */
export const githubAnnotations = (report: ConformanceReport): string =>
  findingsOf(report)
    .slice(0, MAX_ANNOTATIONS)
    .map(({ title, text }) => `::error title=${escapedProperty(title)}::${escaped(text)}\n`)
    .join('');

/** A code quality report, which GitLab shows in the merge request. */
export const gitlabReport = (report: ConformanceReport): readonly object[] =>
  findingsOf(report).map(({ title, text }) => ({
    description: `${title}: ${text.replaceAll('\n', '; ')}`,
    check_name: 'nixfleet-statechart conform',
    fingerprint: createHash('sha1').update(title).update(text).digest('hex'),
    severity: 'critical',
    location: { path: 'conformance', lines: { begin: 1 } },
  }));

/** A code block with a fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}\n`;
}

const titleOf = ({ verdict, shortfalls }: ConformanceReport): string =>
  verdict === 'conforms' && shortfalls.length > 0 ? 'conforms, but not everything is covered' : verdict;

const countsOf = ({ asked, matched, mismatched, failed, notAsked, restrictions }: ConformanceReport): string =>
  [
    `${formatCount(asked)} asked`,
    `${formatCount(matched)} right`,
    `${formatCount(mismatched)} wrong`,
    `${formatCount(failed)} failed`,
    `${formatCount(notAsked)} not asked`,
    ...(restrictions.length > 0 ? [`restricted by ${restrictions.join(' ')}`] : []),
  ].join(', ');

/** Markdown for the summary of a job. */
export function jobSummary(report: ConformanceReport): string {
  const findings = findingsOf(report).map(
    ({ title, text }) => `### ${title.replaceAll(/[`<>]/g, '')}\n\n${fenced(text)}`,
  );
  return [
    `## Conformance: ${titleOf(report)}`,
    countsOf(report),
    ...findings,
    '### Coverage',
    fenced(coverageTable(report.coverage)),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
pre{overflow:auto;overflow-wrap:normal;padding:.75rem;border:1px solid #8886;border-radius:.4rem;font-size:.85rem}
table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #8886;text-align:left}.bad{color:light-dark(#c62828,#ff8a80)}.good{color:light-dark(#2e7d32,#81c784)}`;

const chartLink = (link: string | null): string =>
  link === null ? '' : ` · <a href="${xmlText(link)}">see it on the chart</a>`;

/**
 * A self-contained HTML page: mistakes first, each with the path that leads to it.
 *
 * @param linkTo the address that shows a mistake on the chart; `null` for none
 */
export function conformanceHtml(
  report: ConformanceReport,
  linkTo: (mismatch: Mismatch) => string | null = () => null,
): string {
  const isGood = report.verdict === 'conforms' && report.shortfalls.length === 0;
  const title = titleOf(report);
  const mistakes = firstOfEach(report).map((mismatch, index) => {
    const reproducer = report.reproducers.find(({ mistake }) => mistake === mismatch.mistake);
    const matters = reproducer?.matters ?? [];
    return `<section id="mistake-${index + 1}"><h3>${index + 1}. ${xmlText(mismatch.place)}</h3>
<ul>${mismatch.differences.map((each) => `<li><code>${xmlText(differenceText(each))}</code></li>`).join('')}</ul>
${matters.length > 0 ? `<p>It depends on <code>${xmlText(matters.join(', '))}</code>.</p>` : ''}
<ol>${mismatch.trail.map((event) => `<li>${xmlText(event)}</li>`).join('')}</ol>
<p>Ask it again: <code>conform ${mismatch.inSession === undefined ? '' : '--session '}--only ${mismatch.id}</code>${chartLink(linkTo(mismatch))}</p>
<details><summary>Question and answer</summary><pre>${xmlText(JSON.stringify({ question: mismatch.question, answer: mismatch.answer }, null, 2))}</pre></details></section>`;
  });
  const tests = report.tests
    .filter(({ problem }) => problem !== null)
    .map(({ name, problem }) => `<tr><td>${xmlText(name)}</td><td>${xmlText(problem ?? '')}</td></tr>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Conformance: ${title}</title><style>${STYLE}</style></head>
<body><h1 class="${isGood ? 'good' : 'bad'}">Conformance: ${title}</h1>
<p>${xmlText(countsOf(report))}.</p>
${report.shortfalls.map((text) => `<p class="bad">${xmlText(text)}</p>`).join('')}
${mistakes.length > 0 ? `<h2>Mistakes</h2>${mistakes.join('\n')}` : ''}
${tests.length > 0 ? `<h2>Tests that failed</h2><table><tr><th>test</th><th>problem</th></tr>${tests.join('')}</table>` : ''}
<h2>Report</h2><pre>${xmlText(conformanceText(report))}</pre></body></html>
`;
}
