import { memo, useEffect, useMemo } from 'react';
import { type Moment, numbersOf, numbersWords, verdictOf, verdictWords } from '../../../simulator/index.ts';
import { formatClock } from '../../../text/index.ts';
import { outcomeWords } from '../../words.ts';
import { ExportRunMenu } from './export-run-menu.tsx';
import type { OpenRun } from './open-runs.ts';

interface Props {
  /** Which of two runs it is. */
  readonly letter: string | null;
  readonly run: OpenRun;
  readonly onScenario: (text: string) => void;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

/** Which run it is, what came of it, and how it can be taken away. */
export const RunHead = ({ letter, run, onScenario, onSave, onClose }: Props) => {
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
        {file.scenario !== '' && (
          <button type="button" onClick={() => onScenario(file.scenario)}>
            Show scenario
          </button>
        )}
        <ExportRunMenu run={run} onSave={onSave} />
        <button type="button" className="quiet" onClick={onClose} aria-label={`Close ${file.title}`}>
          ✕
        </button>
      </div>
    </header>
  );
};

interface VerdictProps {
  readonly moment: Moment;
  /** Whether the page's title is the same. */
  readonly isActive: boolean;
}

/** What happened, or happens, in one sentence, and how many hosts are where. */
export const VerdictView = memo(function VerdictView({ moment, isActive }: VerdictProps) {
  const [sentence, numbers] = useMemo(() => {
    return [verdictWords(verdictOf(moment), formatClock), numbersWords(numbersOf(moment))] as const;
  }, [moment]);
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
});
