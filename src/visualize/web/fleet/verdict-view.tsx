import { useEffect, useMemo } from 'react';
import { Moment, numbersOf, numbersWords, verdictOf, verdictWords } from '../../../simulator/history/index.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';
import { clockText } from './clock-text.ts';

interface Props {
  readonly run: ShownRun;
  readonly time: number;
  /** Whether the title of the page says the same. */
  readonly isActive: boolean;
}

/** What happened, or happens, in one sentence, and how many hosts are where. */
export function VerdictView({ run, time, isActive }: Props) {
  const [sentence, numbers] = useMemo(() => {
    const moment = new Moment(run.history, time);
    return [verdictWords(verdictOf(moment), clockText), numbersWords(numbersOf(moment))] as const;
  }, [run, time]);
  useEffect(() => {
    if (isActive) document.title = `${sentence} · nixfleet-statechart`;
  }, [isActive, sentence]);
  return (
    <>
      <h3 className="verdict" data-testid="verdict">
        <bdi>{sentence}</bdi>
      </h3>
      <p className="numbers">{numbers}</p>
    </>
  );
}
