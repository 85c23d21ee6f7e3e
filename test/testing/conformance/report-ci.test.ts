import { describe, expect, it } from 'vitest';
import {
  allExercises,
  answerQuestion,
  conformanceHtml,
  githubAnnotations,
  gitlabReport,
  jobSummary,
  conform,
} from '../../../src/testing/node.ts';
import { peerAnswering } from '../../support/peer-answering.ts';

const odd = '<script>alert(1)</script> & 50%\n::error::';
const peer = () =>
  peerAnswering((question) => {
    const isWrong = question.op === 'step' && question.event.type === 'LocalActivate';
    return isWrong ? { err: { kind: odd } } : answerQuestion(question);
  });
const suite = { criteria: [{ kind: 'full', name: 'validTransitions' }], sides: ['agent'], policies: ['halt'] } as const;
const report = await conform(allExercises(suite, ['host']), { peer, reduces: true });

describe('a report for a build server', () => {
  it('has annotations for GitHub, each on one line whatever a peer sends', () => {
    const lines = githubAnnotations(report).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^::error title=[^:]+::/);
    expect(lines[0]).toContain('Pending.LocalActivate');
    expect(lines[0]).toContain('50%25 ::error::)%0A');
  });

  it('is not empty for a run that proves nothing', async () => {
    const lacking = () =>
      peerAnswering((question) => (question.op === 'step' ? answerQuestion(question) : { unsupported: true }));
    const incomplete = await conform(allExercises(suite, ['host']), { peer: lacking });
    expect(incomplete).toMatchObject({ verdict: 'nothing-asserted', mismatched: 0 });
    expect(githubAnnotations(incomplete)).toBe(
      '::error title=2 tests incomplete::nothing was compared: the peer does not support start\n',
    );
    expect(githubAnnotations({ ...report, mismatches: [], notAsked: 3 })).toContain('::3 questions not asked\n');
    expect(gitlabReport({ ...report, mismatches: [], tests: [] })).toHaveLength(1);
  });

  it('has unique fingerprints in the code quality report for GitLab', () => {
    const findings = gitlabReport(report);
    expect(findings[0]).toMatchObject({ severity: 'critical', fingerprint: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(new Set(findings.map((finding) => JSON.stringify(finding))).size).toBe(findings.length);
  });

  it('is a summary in Markdown, with coverage', () => {
    expect(jobSummary(report)).toMatch(/^## Conformance: differs\n/);
    expect(jobSummary(report)).toContain('### Coverage');
  });

  it('is an HTML page that loads and runs nothing, mistakes first', () => {
    const page = conformanceHtml(report);
    expect(page.indexOf('<h2>Mistakes</h2>')).toBeLessThan(page.indexOf('<h2>Report</h2>'));
    expect(page).toContain(`conform --only ${report.mismatches[0]?.id}`);
    expect(page).not.toMatch(/<script|src=|href=|@import|url\(/);
    expect(page).toContain('&lt;script&gt;');
  });

  it('is empty if there is nothing to report', async () => {
    const right = () => peerAnswering(answerQuestion);
    const good = await conform(allExercises(suite, ['host']), { peer: right, reduces: true });
    expect(githubAnnotations(good)).toBe('');
    expect(gitlabReport(good)).toEqual([]);
    expect(conformanceHtml(good)).not.toContain('<h2>Mistakes</h2>');
  });
});
