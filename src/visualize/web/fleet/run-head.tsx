import { memo, useEffect, useMemo, type ReactNode } from 'react';
import { type Moment, numbersOf, numbersWords, verdictOf, verdictWords } from '../../../simulator/index.ts';
import { formatClock } from '../../../text/index.ts';
import { outcomeWords } from '../../words.ts';
import type { OpenRun } from './open-runs.ts';

interface Props {
  /** Its letter, if there are two runs. */
  readonly letter: string | null;
  readonly run: OpenRun;
  readonly onClose: () => void;
  /** Further actions. */
  readonly children?: ReactNode;
}

/** The name and outcome of a run. */
export const RunHead = ({ letter, run, onClose, children }: Props) => {
  const { file } = run.history;
  return (
    <header className="run-head">
      {letter !== null && <strong className="letter">{letter}</strong>}
      <h2>
        <bdi>{file.title}</bdi>
      </h2>
      <span className={`outcome-tag is-${file.outcome}`} data-testid="run-outcome">
        {outcomeWords(file.outcome)}
      </span>
      <span className="hint">seed {file.seed === null ? 'unknown' : <code>{file.seed}</code>}</span>
      <div className="row end">
        {children}
        <button type="button" className="quiet" onClick={onClose} aria-label={`Close ${file.title}`}>
          ✕
        </button>
      </div>
    </header>
  );
};

interface VerdictProps {
  readonly moment: Moment;
  /** Whether it is the only run: then it is also the page's title, and shows its numbers. */
  readonly isAlone: boolean;
}

/** What happened or is happening, in one sentence, and how many hosts are in each state. */
export const VerdictView = memo(function VerdictView({ moment, isAlone }: VerdictProps) {
  const [sentence, numbers] = useMemo(() => {
    return [verdictWords(verdictOf(moment), formatClock), numbersWords(numbersOf(moment))] as const;
  }, [moment]);
  useTitle(isAlone ? sentence : null);
  return (
    <>
      <h3 className="verdict" data-testid="verdict">
        <bdi>{sentence}</bdi>
      </h3>
      {isAlone && <p className="numbers">{numbers}</p>}
    </>
  );
});

/** Makes a sentence the page's title; `null` leaves the title unchanged. */
export function useTitle(sentence: string | null): void {
  useEffect(() => {
    if (sentence !== null) document.title = `${sentence} · nixfleet-statechart`;
  }, [sentence]);
}
